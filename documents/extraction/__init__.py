"""Text extraction: one module per family of files. Libraries are loaded on first use.

Untrusted files are read in a sandboxed process, `python -m documents.extraction`, started by
`documents.reader`. This package does not import Django, so that the process starts quickly.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import IO

from documents import media_types
from documents.extraction import image, mail, office, pdf, plain, slides, web, workbooks
from documents.extraction.pages import DocumentPages, ExtractionLimits, PageText

__all__ = ["DocumentPages", "ExtractionLimits", "PageText", "open_document"]

Opener = Callable[[IO[bytes], ExtractionLimits], AbstractContextManager[DocumentPages]]

OPENERS: dict[str, Opener] = {
    media_types.PDF: pdf.open_pages,
    media_types.DOCX: office.open_pages,
    media_types.XLSX: workbooks.open_pages,
    media_types.PPTX: slides.open_pages,
    media_types.EML: mail.open_pages,
    media_types.HTML: web.open_pages,
    media_types.CSV: plain.open_pages,
    media_types.MARKDOWN: plain.open_pages,
    media_types.TEXT: plain.open_pages,
    **dict.fromkeys(media_types.IMAGES, image.open_pages),
}


def open_document(
    stream: IO[bytes], media_type: str, limits: ExtractionLimits
) -> AbstractContextManager[DocumentPages]:
    """Open a document of a supported type.

    Opening and reading raise a `DocumentError`, or any exception of a parser on a damaged file;
    `documents.errors.from_exception` converts it.
    """
    return OPENERS[media_type](stream, limits)
