"""Images: each frame is a page, read by OCR. Only the header is read before the limits hold."""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from django.conf import settings

from documents.errors import TooManyPages, TooManyPixels, Unreadable
from documents.extraction import ocr
from documents.extraction.pages import OCR, Pages, PageText, page_text

if TYPE_CHECKING:
    from PIL.Image import Image

MULTIPAGE = frozenset({"TIFF"})
"""Formats whose frames are pages; the frames of others are an animation."""


@contextmanager
def opened(stream: IO[bytes]) -> Iterator[Pages]:
    """Open an image. Raises `TooManyPixels`, `TooManyPages` or `Unreadable`."""
    with _image(stream) as image:
        count = getattr(image, "n_frames", 1) if image.format in MULTIPAGE else 1
        if count > settings.DOCUMENT_MAX_PAGES:
            raise TooManyPages(
                f"The image has {count:,} pages; {settings.DOCUMENT_MAX_PAGES:,} are read at "
                "most. Split it."
            )
        yield Pages(count=count, read=lambda number: _read(image, number))


def _image(stream: IO[bytes]) -> "Image":
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # Pillow's own limit warns from 89 million pixels on; ours is stricter, and refuses.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(stream)
    except Image.DecompressionBombError as error:
        raise TooManyPixels(_too_many()) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Unreadable("The image is damaged and cannot be opened.") from error
    _check_pixels(image)
    return image


def _read(image: "Image", number: int) -> PageText:
    image.seek(number - 1)
    _check_pixels(image)  # each frame has a size of its own
    try:
        seen = ocr.read(_upright(image))
    except (OSError, SyntaxError, ValueError) as error:
        raise Unreadable("The image is damaged: it ends too early or breaks off.") from error
    return page_text(number, seen.text, OCR, language=seen.language)


def _upright(image: "Image") -> "Image":
    """Give the picture in grey on white, turned as its EXIF orientation says.

    It is made grey and scaled down before anything else: in colours a large one takes 240 MB.
    """
    from PIL import ImageOps

    factor = math.ceil(math.sqrt(image.width * image.height / ocr.MAX_PIXELS))
    image.draft("L", (image.width // factor, image.height // factor))
    transparent = image.has_transparency_data
    mode = "RGBA" if transparent else "L"
    small = (image if image.mode == mode else image.convert(mode)).reduce(factor)
    turned = ImageOps.exif_transpose(small)
    return _on_white(turned) if transparent else turned


def _on_white(picture: "Image") -> "Image":
    from PIL import Image

    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("L")


def _check_pixels(image: "Image") -> None:
    if image.width * image.height > settings.DOCUMENT_MAX_PIXELS:
        raise TooManyPixels(_too_many(f" ({image.width:,} x {image.height:,})"))


def _too_many(size: str = "") -> str:
    limit = f"{settings.DOCUMENT_MAX_PIXELS:,}"
    return f"The image has more than {limit} pixels{size}. Scale it down and upload it again."
