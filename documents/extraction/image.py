"""Images: each frame is a page, read by OCR."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from documents.errors import UnreadableDocument
from documents.extraction import ocr
from documents.extraction.pages import OCR, DocumentPages, ExtractionLimits, PageText, page_text
from documents.images import loader, strips

if TYPE_CHECKING:
    from PIL.Image import Image

MULTIPAGE = frozenset({"TIFF"})
"""Formats whose frames are pages; in other formats frames are an animation."""


@contextmanager
def open_pages(stream: IO[bytes], limits: ExtractionLimits) -> Iterator[DocumentPages]:
    """Open an image. Raises `TooManyPixels`, `TooManyPages` or `UnreadableDocument`."""
    with loader.open_image(stream, limits.pixels) as image:
        count = getattr(image, "n_frames", 1) if image.format in MULTIPAGE else 1
    limits.check_pages(count, "pages")
    yield DocumentPages(count=count, read=lambda number: read(stream, number, limits))


def read(stream: IO[bytes], number: int, limits: ExtractionLimits) -> PageText:
    """Read a frame by OCR. Raises `TooManyPixels`, `UnreadableDocument` or `OcrTimedOut`."""
    try:
        # The colour image is released before OCR: a large one takes 240 MB, and OCR as much again.
        seen = ocr.read(_picture(stream, number, limits))
    except (OSError, SyntaxError, ValueError) as error:
        raise UnreadableDocument("The image is damaged: it is truncated or corrupt.") from error
    return page_text(number, seen.text, OCR, language=seen.language)


def _picture(stream: IO[bytes], number: int, limits: ExtractionLimits) -> "Image":
    with loader.open_image(stream, limits.pixels) as image:
        image.seek(number - 1)
        loader.check_pixels(image, limits.pixels)  # frames differ in size
        return _upright(image)


def _upright(image: "Image") -> "Image":
    """Return the image in grey on white, rotated upright, and no larger than OCR needs."""
    orientation = strips.orientation_of(image)
    factor = _factor(image)
    image.draft("L", (image.width // factor, image.height // factor))
    grey = strips.reduce_image(
        image, _factor(image), "L", lambda one: strips.on_white(one).convert("L")
    )
    return strips.apply_orientation(grey, orientation)


def _factor(image: "Image") -> int:
    return math.ceil(math.sqrt(image.width * image.height / ocr.MAX_PIXELS))
