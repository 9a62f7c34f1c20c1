"""PDF: the text layer by pdfium; pages without a usable one are rendered and read by OCR."""

import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, TYPE_CHECKING

from documents.errors import PasswordProtected, Unreadable
from documents.extraction import ocr
from documents.extraction.pages import OCR, TEXT_LAYER, Limits, Pages, PageText, page_text

if TYPE_CHECKING:
    import pypdfium2 as pdfium
    from PIL.Image import Image

OCR_SCALE = 300 / 72
"""300 dots an inch, in pixels a point."""
LETTER_SPACED_SHARE = 0.3
"""More single letters than this among the words: the layer's text is "l i k e  t h i s"."""
LETTER_SPACED_FROM = 20
"""Words below which the share says nothing."""
IMAGE_OBJECT = 3
"""FPDF_PAGEOBJ_IMAGE of pdfium's fpdf_edit.h."""
STAMP_LENGTH = 30
"""Characters up to which a layer may be just a page number or a scanner's stamp."""


@contextmanager
def opened(stream: IO[bytes], limits: Limits) -> Iterator[Pages]:
    """Open a PDF. Raises `PasswordProtected`, `TooManyPages` or `Unreadable`."""
    with closing(_document(stream)) as document:
        count = len(document)
        limits.check_pages(count, "pages")
        if not count:
            raise Unreadable("The PDF has no pages.")
        yield Pages(count=count, read=lambda number: _read(document, number, limits))


def is_letter_spaced(text: str) -> bool:
    """Whether so many words are single letters that the layer spaces out its letters."""
    words = [word for word in text.split() if word.isalpha()]
    single = sum(len(word) == 1 for word in words)
    return len(words) >= LETTER_SPACED_FROM and single > LETTER_SPACED_SHARE * len(words)


def _document(stream: IO[bytes]) -> "pdfium.PdfDocument":
    import pypdfium2 as pdfium

    try:
        return pdfium.PdfDocument(stream)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise PasswordProtected(
                "The PDF opens only with a password. Save it without one and upload it again."
            ) from error
        raise Unreadable("The PDF is damaged and cannot be opened.") from error


def _read(document: "pdfium.PdfDocument", number: int, limits: Limits) -> PageText:
    with closing(document[number - 1]) as page:
        with closing(page.get_textpage()) as layer:
            text = layer.get_text_bounded().replace("\r\n", "\n").strip()
        if not _needs_ocr(page, text):
            return page_text(number, text, TEXT_LAYER)
        seen = ocr.read(_picture(page, limits))
    if len(seen.text) < len(text) <= STAMP_LENGTH:
        return page_text(number, text, TEXT_LAYER)
    return page_text(number, seen.text, OCR, language=seen.language)


def _needs_ocr(page: "pdfium.PdfPage", text: str) -> bool:
    """Without text anything drawn may be writing; beside a stamp's few words only an image is."""
    if not text:
        return next(page.get_objects(), None) is not None
    if len(text) <= STAMP_LENGTH:
        return any(drawn.type == IMAGE_OBJECT for drawn in page.get_objects())
    return is_letter_spaced(text)


def _picture(page: "pdfium.PdfPage", limits: Limits) -> "Image":
    """Render a page for OCR, at a scale that keeps a poster within the limit of pixels."""
    width, height = page.get_size()
    limit = min(ocr.MAX_PIXELS, limits.pixels)
    scale = min(OCR_SCALE, math.sqrt(limit / max(1.0, width * height)))
    with closing(page.render(scale=scale, grayscale=True)) as bitmap:
        picture: Image = bitmap.to_pil().copy()
    return picture
