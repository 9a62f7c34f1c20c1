"""PDF: the text layer by pdfium; pages without a usable one are rendered and read by OCR."""

import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, TYPE_CHECKING

from documents.errors import PasswordProtected, UnreadableDocument
from documents.extraction import ocr
from documents.extraction.pages import (
    OCR,
    TEXT_LAYER,
    DocumentPages,
    ExtractionLimits,
    PageText,
    page_text,
)

if TYPE_CHECKING:
    import pypdfium2 as pdfium
    from PIL.Image import Image

OCR_SCALE = 300 / 72
"""300 dpi, as pixels per point."""
LETTER_SPACED_SHARE = 0.3
"""With a larger share of single letters among the words, the text is "l i k e  t h i s"."""
MIN_LETTER_SPACED_WORDS = 20
"""With fewer words the share is not significant."""
IMAGE_OBJECT = 3
"""FPDF_PAGEOBJ_IMAGE of pdfium's fpdf_edit.h."""
MAX_STAMP_CHARACTERS = 30
"""A text layer up to this length may be just a page number or a scanner's stamp."""


@contextmanager
def open_pages(stream: IO[bytes], limits: ExtractionLimits) -> Iterator[DocumentPages]:
    """Open a PDF. Raises `PasswordProtected`, `TooManyPages` or `UnreadableDocument`."""
    with closing(_document(stream)) as document:
        count = len(document)
        limits.check_pages(count, "pages")
        if not count:
            raise UnreadableDocument("The PDF has no pages.")
        yield DocumentPages(count=count, read=lambda number: _read(document, number, limits))


def is_letter_spaced(text: str) -> bool:
    """Whether so many words are single letters that the text must be letter-spaced."""
    words = [word for word in text.split() if word.isalpha()]
    single = sum(len(word) == 1 for word in words)
    return len(words) >= MIN_LETTER_SPACED_WORDS and single > LETTER_SPACED_SHARE * len(words)


def _document(stream: IO[bytes]) -> "pdfium.PdfDocument":
    import pypdfium2 as pdfium

    try:
        return pdfium.PdfDocument(stream)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise PasswordProtected(
                "The PDF is password-protected. Save it without a password and upload it again."
            ) from error
        raise UnreadableDocument("The PDF is damaged and cannot be opened.") from error


def _read(document: "pdfium.PdfDocument", number: int, limits: ExtractionLimits) -> PageText:
    with closing(document[number - 1]) as page:
        with closing(page.get_textpage()) as layer:
            text = layer.get_text_bounded().replace("\r\n", "\n").strip()
        if not _needs_ocr(page, text):
            return page_text(number, text, TEXT_LAYER)
        seen = ocr.read(_picture(page, limits))
    if len(seen.text) < len(text) <= MAX_STAMP_CHARACTERS:
        return page_text(number, text, TEXT_LAYER)
    return page_text(number, seen.text, OCR, language=seen.language)


def _needs_ocr(page: "pdfium.PdfPage", text: str) -> bool:
    """Whether the page may have writing outside its text layer.

    Without text any object may be writing; beside the few words of a stamp only an image may be.
    """
    if not text:
        return next(page.get_objects(), None) is not None
    if len(text) <= MAX_STAMP_CHARACTERS:
        return any(drawn.type == IMAGE_OBJECT for drawn in page.get_objects())
    return is_letter_spaced(text)


def _picture(page: "pdfium.PdfPage", limits: ExtractionLimits) -> "Image":
    """Render a page for OCR, at a scale within the pixel limits."""
    width, height = page.get_size()
    limit = min(ocr.MAX_PIXELS, limits.pixels)
    scale = min(OCR_SCALE, math.sqrt(limit / max(1.0, width * height)))
    with closing(page.render(scale=scale, grayscale=True)) as bitmap:
        picture: Image = bitmap.to_pil().copy()
    return picture
