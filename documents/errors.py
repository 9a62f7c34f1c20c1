"""Why a document cannot be read. A `DocumentError` ends one file, and is not worth another try.

TransientError (jobs.errors)
└── StoreAway                 where the files are kept

InvalidInput (jobs.errors)
└── DocumentError
    ├── Unreadable            damaged, or not what it says
    ├── PasswordProtected
    ├── TooManyPages
    ├── TooManyPixels
    ├── TooManyCells
    ├── TooManyParts          of a message
    ├── UnpacksTooLarge       a small file that unpacks into a huge one
    ├── NeedsTooMuchMemory    to be read or changed
    ├── OcrTimedOut
    ├── ReadingTimedOut
    ├── NotKept               made, and refused as an upload would be
    ├── NotAnImage            where an image is needed
    ├── ContentMissing        the row is there, its file is not
    └── DocumentMissing       there is no such document, or it is another organization's
"""

from datetime import timedelta

from jobs.errors import InvalidInput, InvalidSubmission, Refused, TransientError


class StoreAway(TransientError):
    """Where the files are kept does not answer, or refuses us."""

    code = "store_unavailable"
    retry_after = timedelta(seconds=10)


class DocumentError(InvalidInput):
    """A document that cannot be read; the code and the message say why."""

    code = "document_error"
    passes = False
    """Whether another day may go better: it is not the file's own fault."""


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


class TooManyCells(DocumentError):
    """A workbook of more cells than any that is read."""

    code = "too_many_cells"


class TooManyParts(DocumentError):
    """A message of more parts than any that is read."""

    code = "too_many_parts"


class UnpacksTooLarge(DocumentError):
    """A compressed file whose content is out of proportion."""

    code = "unpacks_too_large"


class NeedsTooMuchMemory(DocumentError):
    """More than `DOCUMENT_READER_MEMORY`."""

    code = "needs_too_much_memory"


class OcrTimedOut(DocumentError):
    """Reading a page by OCR took too long."""

    code = "ocr_timeout"
    passes = True


class ReadingTimedOut(DocumentError):
    """Reading a page took too long, whichever way."""

    code = "reading_timeout"


class NotKept(DocumentError):
    """A file that a job made does not fit in the store. The code says why, as for an upload."""

    code = "not_kept"

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.message)
        faults = refused.faults if isinstance(refused, InvalidSubmission) else ()
        self.code = faults[0].code if faults else refused.code


class NotAnImage(DocumentError):
    """The document is of another kind."""

    code = "not_an_image"


class ContentMissing(DocumentError):
    """The stored file is gone."""

    code = "content_missing"
    passes = True


class DocumentMissing(DocumentError):
    """The organization has no document of this id."""

    code = "not_found"
    passes = True


def of(code: str, message: str) -> DocumentError:
    """Give the error of this code, as whoever read the file named it."""
    kinds = {kind.code: kind for kind in DocumentError.__subclasses__()}
    return kinds.get(code, DocumentError)(message)


def blamed(error: Exception) -> DocumentError:
    """Say what a parser raised over a hostile file (anything at all) as a `DocumentError`."""
    if isinstance(error, DocumentError):
        return error
    if isinstance(error, InvalidInput):
        return of(error.code, error.message)
    if isinstance(error, MemoryError):
        return NeedsTooMuchMemory(
            "The file takes more memory than one file may use. Split it or scale it down."
        )
    return Unreadable("The file is damaged and cannot be read.")
