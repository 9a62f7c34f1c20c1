"""The text of documents: one module a family of files. Libraries load when a file needs them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import IO

from celery.exceptions import SoftTimeLimitExceeded

from documents import media_types
from documents.errors import Unreadable
from documents.extraction import image, office, pdf, plain, web
from documents.extraction.pages import Pages, PageText
from jobs.errors import ConveyorError

__all__ = ["PageText", "Pages", "opened"]

log = logging.getLogger(__name__)

Opener = Callable[[IO[bytes]], AbstractContextManager[Pages]]

OPENERS: dict[str, Opener] = {
    media_types.PDF: pdf.opened,
    media_types.DOCX: office.opened_docx,
    media_types.XLSX: office.opened_xlsx,
    media_types.HTML: web.opened,
    media_types.CSV: plain.opened,
    media_types.MARKDOWN: plain.opened,
    media_types.TEXT: plain.opened,
    **dict.fromkeys(media_types.IMAGES, image.opened),
}


@contextmanager
def opened(stream: IO[bytes], media_type: str) -> Iterator[Pages]:
    """Open a document of a supported type. Opening and reading raise a `DocumentError`."""
    with ExitStack() as stack:
        with _damage_reported():  # not around the yield: there, a caller's errors pass through
            pages = stack.enter_context(OPENERS[media_type](stream))
        yield Pages(count=pages.count, read=_guarded(pages.read))


def _guarded(read: Callable[[int], PageText]) -> Callable[[int], PageText]:
    def guarded(number: int) -> PageText:
        with _damage_reported():
            return read(number)

    return guarded


@contextmanager
def _damage_reported() -> Iterator[None]:
    """Turn what a parser raises over a hostile file (anything at all) into `Unreadable`."""
    try:
        yield
    except (ConveyorError, SoftTimeLimitExceeded):
        raise
    except Exception as error:
        log.warning("a document cannot be read", exc_info=True)
        raise Unreadable("The file is damaged and cannot be read.") from error
