"""Why a document cannot be read. A `DocumentError` ends one file, and is not worth another try.

TransientError (jobs.errors)
└── StoreAway                 where the files are kept

InvalidInput (jobs.errors)
└── DocumentError
    ├── Unreadable            damaged, or not what it says
    ├── PasswordProtected
    ├── TooManyPages
    ├── TooManyPixels
    ├── UnpacksTooLarge       a small file that unpacks into a huge one
    ├── NeedsTooMuchMemory    to be read or changed
    ├── OcrTimedOut
    ├── ReadingTimedOut
    ├── NotAnImage            where an image is needed
    ├── ContentMissing        the row is there, its file is not
    └── DocumentMissing       there is no such document, or it is another organization's
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from jobs.ai.apart.errors import Crashed, Failed, TimedOut
from jobs.errors import InvalidInput, TransientError


class StoreAway(TransientError):
    """Where the files are kept does not answer, or refuses us."""

    code = "store_unavailable"
    retry_after = timedelta(seconds=10)


class DocumentError(InvalidInput):
    """A document that cannot be read; the code and the message say why."""

    code = "document_error"


class Unreadable(DocumentError):
    """The file is damaged."""

    code = "unreadable"


class PasswordProtected(DocumentError):
    """The file opens only with a password."""

    code = "password_protected"


class TooManyPages(DocumentError):
    """More pages than `DOCUMENT_MAX_PAGES`."""

    code = "too_many_pages"


class TooManyPixels(DocumentError):
    """An image of more pixels than `DOCUMENT_MAX_PIXELS`."""

    code = "too_many_pixels"


class UnpacksTooLarge(DocumentError):
    """A compressed file whose content is out of proportion."""

    code = "unpacks_too_large"


class NeedsTooMuchMemory(DocumentError):
    """More than `DOCUMENT_READER_MEMORY`."""

    code = "needs_too_much_memory"


class OcrTimedOut(DocumentError):
    """Reading a page by OCR took too long."""

    code = "ocr_timeout"


class ReadingTimedOut(DocumentError):
    """Reading a page took too long, whichever way."""

    code = "reading_timeout"


class NotAnImage(DocumentError):
    """The document is of another kind."""

    code = "not_an_image"


class ContentMissing(DocumentError):
    """The stored file is gone."""

    code = "content_missing"


class DocumentMissing(DocumentError):
    """The organization has no document of this id."""

    code = "not_found"


@contextmanager
def of_the_file() -> Iterator[None]:
    """Raise what a process that works on a file reports as a `DocumentError`."""
    try:
        yield
    except TimedOut as late:
        raise ReadingTimedOut(
            "A page of the file took too long to read. Split the file, or make it simpler."
        ) from late
    except Crashed as crashed:
        raise Unreadable(
            "The program that reads such files crashed over this one: it is damaged, or takes more "
            "memory than one file may use."
        ) from crashed
    except Failed as failed:
        kinds = {kind.code: kind for kind in DocumentError.__subclasses__()}
        raise kinds.get(failed.code, DocumentError)(failed.message) from failed


def blamed(error: Exception) -> DocumentError:
    """Say what a parser raised over a hostile file (anything at all) as a `DocumentError`."""
    if isinstance(error, DocumentError):
        return error
    if isinstance(error, MemoryError):
        return NeedsTooMuchMemory(
            "The file takes more memory than one file may use. Split it or scale it down."
        )
    return Unreadable("The file is damaged and cannot be read.")
