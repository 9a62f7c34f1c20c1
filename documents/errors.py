"""Errors of documents. A `DocumentError` fails one file and is not retried.

TransientError (jobs.errors)
└── StoreUnavailable          the file store

InvalidInput (jobs.errors)
└── DocumentError
    ├── UnreadableDocument    damaged, or of another type than it claims
    ├── PasswordProtected
    ├── TooManyPages
    ├── TooManyPixels
    ├── TooManyDocumentCells
    ├── TooManyParts          of a message
    ├── UnpacksTooLarge       a small file that unpacks into a huge one
    ├── NeedsTooMuchMemory    to be read or changed
    ├── OcrTimedOut
    ├── ReadingTimedOut
    ├── NotStored             made by a job, and rejected as an upload would be
    ├── NotAnImage            where an image is required
    ├── ContentMissing        the row exists, its file does not
    └── DocumentMissing       no such document in this organization
"""

from datetime import timedelta

from jobs.errors import InvalidInput, InvalidSubmission, Refused, TransientError


class StoreUnavailable(TransientError):
    """The file store does not respond, or refuses the request."""

    code = "store_unavailable"
    retry_after = timedelta(seconds=10)


class DocumentError(InvalidInput):
    """A document that cannot be read; `code` and `message` give the reason."""

    code = "document_error"
    is_temporary = False
    """Whether another day may go better: it is not the file's own fault."""


class UnreadableDocument(DocumentError):
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


class TooManyDocumentCells(DocumentError):
    """A workbook of more cells than are read."""

    code = "too_many_cells"


class TooManyParts(DocumentError):
    """A message of more parts than are read."""

    code = "too_many_parts"


class UnpacksTooLarge(DocumentError):
    """A compressed file that unpacks to a disproportionate size."""

    code = "unpacks_too_large"


class NeedsTooMuchMemory(DocumentError):
    """The work needs more than `DOCUMENT_READER_MEMORY`."""

    code = "needs_too_much_memory"


class OcrTimedOut(DocumentError):
    """The OCR of a page took too long."""

    code = "ocr_timeout"
    is_temporary = True


class ReadingTimedOut(DocumentError):
    """Reading a page took too long, by any method."""

    code = "reading_timeout"


class NotStored(DocumentError):
    """The store rejects a file that a job made. The code is the one an upload would get."""

    code = "not_kept"

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.message)
        faults = refused.faults if isinstance(refused, InvalidSubmission) else ()
        self.code = faults[0].code if faults else refused.code


class NotAnImage(DocumentError):
    """The document is not an image."""

    code = "not_an_image"


class ContentMissing(DocumentError):
    """The stored file is gone."""

    code = "content_missing"
    is_temporary = True


class DocumentMissing(DocumentError):
    """The organization has no document of this id."""

    code = "not_found"
    is_temporary = True


def from_code(code: str, message: str) -> DocumentError:
    """Return the error of this code, as reported by the child process that read the file."""
    kinds = {kind.code: kind for kind in DocumentError.__subclasses__()}
    return kinds.get(code, DocumentError)(message)


def from_exception(error: Exception) -> DocumentError:
    """Turn any exception that a parser raised on an untrusted file into a `DocumentError`."""
    if isinstance(error, DocumentError):
        return error
    if isinstance(error, InvalidInput):
        return from_code(error.code, error.message)
    if isinstance(error, MemoryError):
        return NeedsTooMuchMemory(
            "The file needs more memory than one file may use. Split it or scale it down."
        )
    return UnreadableDocument("The file is damaged and cannot be read.")
