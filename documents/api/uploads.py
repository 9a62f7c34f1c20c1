"""Files that come with a request: the parts of a form."""

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.request import Request

from jobs.errors import Fault, InvalidSubmission

FILES = "files"
PART = {
    "type": "array",
    "items": {"type": "string", "format": "binary"},
    "minItems": 1,
    "description": "One or many files, each as a part of this name.",
}


def form(request: Request) -> QueryDict | None:
    """Give the parts of a form, and `None` where JSON was sent. Raises `InvalidSubmission`."""
    try:
        data = request.data
    except SuspiciousOperation:  # Django counts the files while it reads them
        limit = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        raise misfit("too_large", f"Send at most {limit} files in one request.") from None
    return data if isinstance(data, QueryDict) else None


def files(request: Request, others: frozenset[str] = frozenset()) -> "list[UploadedFile[bytes]]":
    """Give the files of a form that may have parts named in `others` beside them.

    Raises `InvalidSubmission` for other parts, files of other names, and too many.
    """
    names = set(form(request) or ())
    sent = request.FILES
    if names - others - {FILES} or set(sent) - {FILES}:
        known = ", ".join([FILES, *sorted(others)])
        raise misfit("extra_forbidden", f"Only parts named {known} are understood.")
    found: list[UploadedFile[bytes]] = sent.getlist(FILES)
    return found


def misfit(code: str, detail: str) -> InvalidSubmission:
    """Make the refusal of an upload."""
    return InvalidSubmission(detail, [Fault(pointer=f"/{FILES}", code=code, detail=detail)])
