"""Why a document cannot be read. Each ends one file, and another try would end the same way.

InvalidInput (jobs.errors)
└── DocumentError
├── Unreadable            damaged, or not what it says
├── PasswordProtected
├── TooManyPages
├── TooManyPixels
├── UnpacksTooLarge       a small file that unpacks into a huge one
├── OcrTimedOut
├── ContentMissing        the row is there, its file is not
└── DocumentMissing       there is no such document, or it is another organization's
"""

from jobs.errors import InvalidInput


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


class OcrTimedOut(DocumentError):
    """Reading a page by OCR took too long."""

    code = "ocr_timeout"


class ContentMissing(DocumentError):
    """The stored file is gone."""

    code = "content_missing"


class DocumentMissing(DocumentError):
    """The organization has no document of this id."""

    code = "not_found"
