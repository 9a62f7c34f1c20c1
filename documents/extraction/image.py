"""Images: each frame is a page, read by OCR."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from documents.errors import Unreadable
from documents.extraction import ocr
from documents.extraction.pages import OCR, Limits, Pages, PageText, page_text
from documents.images import loader, strips

if TYPE_CHECKING:
    from PIL.Image import Image

MULTIPAGE = frozenset({"TIFF"})
"""Formats whose frames are pages; the frames of others are an animation."""


@contextmanager
def opened(stream: IO[bytes], limits: Limits) -> Iterator[Pages]:
    """Open an image. Raises `TooManyPixels`, `TooManyPages` or `Unreadable`."""
    with loader.opened(stream, limits.pixels) as image:
        count = getattr(image, "n_frames", 1) if image.format in MULTIPAGE else 1
    limits.check_pages(count, "pages")
    yield Pages(count=count, read=lambda number: read(stream, number, limits))


def read(stream: IO[bytes], number: int, limits: Limits) -> PageText:
    """Read a frame by OCR. Raises `TooManyPixels`, `Unreadable` or `OcrTimedOut`."""
    try:
        # Let go of before it is read: the colours of a large one take 240 MB, and OCR as much.
        seen = ocr.read(_picture(stream, number, limits))
    except (OSError, SyntaxError, ValueError) as error:
        raise Unreadable("The image is damaged: it ends too early or breaks off.") from error
    return page_text(number, seen.text, OCR, language=seen.language)


def _picture(stream: IO[bytes], number: int, limits: Limits) -> "Image":
    with loader.opened(stream, limits.pixels) as image:
        image.seek(number - 1)
        loader.check_pixels(image, limits.pixels)  # each frame has a size of its own
        return _upright(image)


def _upright(image: "Image") -> "Image":
    """Give the picture in grey on white, no larger than OCR needs, turned as its photo says."""
    orientation = strips.orientation_of(image)
    factor = _factor(image)
    image.draft("L", (image.width // factor, image.height // factor))
    grey = strips.reduced(image, _factor(image), "L", lambda one: strips.on_white(one).convert("L"))
    return strips.turned(grey, orientation)


def _factor(image: "Image") -> int:
    return math.ceil(math.sqrt(image.width * image.height / ocr.MAX_PIXELS))
