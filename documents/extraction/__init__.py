"""The text of documents: one module a family of files. Libraries load when a file needs them.

What comes from strangers is read in a process of its own: `python -m documents.extraction`, started
by `documents.reader`. Here nothing is of Django, so that it starts quickly.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import IO

from documents import media_types
from documents.extraction import image, mail, office, pdf, plain, slides, web, workbooks
from documents.extraction.pages import Limits, Pages, PageText

__all__ = ["Limits", "PageText", "Pages", "opened"]

Opener = Callable[[IO[bytes], Limits], AbstractContextManager[Pages]]

OPENERS: dict[str, Opener] = {
    media_types.PDF: pdf.opened,
    media_types.DOCX: office.opened,
    media_types.XLSX: workbooks.opened,
    media_types.PPTX: slides.opened,
    media_types.EML: mail.opened,
    media_types.HTML: web.opened,
    media_types.CSV: plain.opened,
    media_types.MARKDOWN: plain.opened,
    media_types.TEXT: plain.opened,
    **dict.fromkeys(media_types.IMAGES, image.opened),
}


def opened(stream: IO[bytes], media_type: str, limits: Limits) -> AbstractContextManager[Pages]:
    """Open a document of a supported type.

    Opening and reading raise a `DocumentError`, or whatever a parser raises over a damaged file:
    `documents.errors.blamed` says what that comes to.
    """
    return OPENERS[media_type](stream, limits)
