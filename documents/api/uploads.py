"""Reads uploaded files from the parts of a form."""

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
    "description": "One or more files, each as a part of this name.",
}


def read_form(request: Request) -> QueryDict | None:
    """Return the parts of a form, or `None` if the body is JSON. Raises `InvalidSubmission`."""
    try:
        data = request.data
    except SuspiciousOperation:  # raised by Django's limit on the number of files
        limit = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        raise rejection("too_large", f"Send at most {limit} files in one request.") from None
    return data if isinstance(data, QueryDict) else None


def read_files(
    request: Request, others: frozenset[str] = frozenset()
) -> "list[UploadedFile[bytes]]":
    """Return the uploaded files. `others` are the names of parts allowed besides the files.

    Raises `InvalidSubmission` for any other part and for too many files.
    """
    names = set(read_form(request) or ())
    files = request.FILES
    if names - others - {FILES} or set(files) - {FILES}:
        known = ", ".join([FILES, *sorted(others)])
        raise rejection("extra_forbidden", f"Unknown part. Send only parts named {known}.")
    found: list[UploadedFile[bytes]] = files.getlist(FILES)
    return found


def rejection(code: str, detail: str) -> InvalidSubmission:
    """Return the error of a rejected upload."""
    return InvalidSubmission(detail, [Fault(pointer=f"/{FILES}", code=code, detail=detail)])
