"""Pictures made ready for a model: small, upright, and with nothing in them but the picture."""

import tempfile
import warnings
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings

from jobs.ai.images import grey16
from jobs.ai.llm.conversation import Picture
from jobs.ai.sandbox import process, runtime
from jobs.ai.sandbox.errors import Failed
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
    where it is damaged, has more than DOCUMENT_MAX_PIXELS or takes too much memory or time.
    """
    memory = settings.DOCUMENT_READER_MEMORY
    with tempfile.TemporaryFile() as target:
        try:
            with process.started(
                "jobs.ai.images.downscaling", stream, target, memory=memory
            ) as reducer:
                reducer.ask(settings.DOCUMENT_MAX_PIXELS)
        except Failed as failed:
            raise InvalidInput(f"{name}: {failed.message} Scale it down.") from failed
        target.seek(0)
        return Picture(media_type=JPEG, content=target.read())


def _reducing(files: list[IO[bytes]], orders: Iterator[Any]) -> Iterator[Any]:
    """Reduce the first file into the second; an order is how many pixels it may have."""
    from PIL import Image

    source, target = files
    for most in orders:
        # Pillow's own limit warns from 89 million pixels on; ours is stricter, and refuses.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(source) as image:
            if image.width * image.height > most:
                raise InvalidInput(f"It has more than {most:,} pixels.")
            _small(image).save(target, "JPEG", quality=QUALITY)
        target.flush()
        yield None


def _blamed(error: Exception) -> InvalidInput:
    if isinstance(error, InvalidInput):
        return error
    if isinstance(error, MemoryError):
        return InvalidInput("It takes more memory than a picture may.")
    return InvalidInput("It is damaged, or its decoder found no room.")


def _small(image: "Image") -> "Image":
    from PIL import Image, ImageOps

    # First small, then anything else: a large one takes hundreds of megabytes otherwise. Only
    # colours out of a table and black and white must be made whole first: they cannot be mixed.
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    if image.mode in ("1", "P"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode.startswith(grey16.DEEP):
        image = grey16.in_bytes(ImageOps.exif_transpose(image), grey16.bits_of(image))
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    turned = ImageOps.exif_transpose(image)
    if turned.has_transparency_data:
        paper = Image.new("RGBA", turned.size, "white")
        turned = Image.alpha_composite(paper, turned.convert("RGBA"))
    # Pixels alone are copied: neither EXIF nor colour profile, comment or text goes along.
    clean = Image.new("RGB", turned.size)
    clean.paste(turned.convert("RGB"))
    return clean


if __name__ == "__main__":
    runtime.serve(_reducing, _blamed)
