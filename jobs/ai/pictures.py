"""Pictures made ready for a model: small, upright, and with nothing in them but the picture."""

import io
import warnings
from typing import IO, TYPE_CHECKING

from django.conf import settings

from jobs.ai.conversation import Picture
from jobs.errors import InvalidInput

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SIDE = 1024
"""Pixels. Models scale down what is larger, and charge for it."""
QUALITY = 80
JPEG = "image/jpeg"


def reduced(stream: IO[bytes], name: str) -> Picture:
    """Give a picture as a JPEG of at most `LONGEST_SIDE`, turned upright, without its metadata.

    Of an animation or a file of many pages it is the first. Raises `InvalidInput`, naming it,
    where it is damaged or has more than DOCUMENT_MAX_PIXELS.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # Pillow's own limit warns from 89 million pixels on; ours is stricter, and refuses.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(stream) as image:
                _check_pixels(image, name)
                small = _small(image)
    except Image.DecompressionBombError as error:
        raise InvalidInput(_too_large(name)) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidInput(f"{name} is damaged and cannot be shown to a model.") from error
    made = io.BytesIO()
    small.save(made, "JPEG", quality=QUALITY)
    return Picture(media_type=JPEG, content=made.getvalue())


def _small(image: "Image") -> "Image":
    from PIL import Image, ImageOps

    # First small, then anything else: a large one takes hundreds of megabytes otherwise. Only
    # colours out of a table and black and white must be made whole first: they cannot be mixed.
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    if image.mode in ("1", "P"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    turned = ImageOps.exif_transpose(image)
    if turned.has_transparency_data:
        paper = Image.new("RGBA", turned.size, "white")
        turned = Image.alpha_composite(paper, turned.convert("RGBA"))
    # Pixels alone are copied: neither EXIF nor colour profile, comment or text goes along.
    clean = Image.new("RGB", turned.size)
    clean.paste(turned.convert("RGB"))
    return clean


def _check_pixels(image: "Image", name: str) -> None:
    if image.width * image.height > settings.DOCUMENT_MAX_PIXELS:
        raise InvalidInput(_too_large(name))


def _too_large(name: str) -> str:
    return f"{name} has more than {settings.DOCUMENT_MAX_PIXELS:,} pixels. Scale it down."
