"""`Idempotency-Key` on a POST: a repeated request gets the response of the first one.

Implements the IETF draft "The Idempotency-Key HTTP Header Field". `jobs.idempotency` stores
responses and locks keys.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase, QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from jobs import idempotency
from jobs.api import caller
from jobs.idempotency import IdempotentRequest, StoredResponse

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")
STORED_HEADERS = ("Location", "Retry-After", "Cache-Control")
CHUNK_BYTES = 1 << 20

Handler = TypeVar("Handler", bound=Callable[..., HttpResponseBase])


def idempotent(*, hide: Sequence[str] = ()) -> Callable[[Handler], Handler]:
    """Let the decorated handler of a POST run once for each idempotency key.

    A repeated request gets the response of the first one. Fields of the response named in `hide`
    are secrets that are shown once: they are not stored.
    """

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def handle(view: Any, request: Request, **kwargs: Any) -> HttpResponseBase:
            key = request.headers.get(HEADER)
            if key is None:
                return handler(view, request, **kwargs)
            return _run_once(key, request, hide, lambda: handler(view, request, **kwargs))

        handle.is_idempotent = True  # type: ignore[attr-defined]  # for the test of all views
        return cast("Handler", handle)

    return decorate


def _run_once(
    key: str, request: Request, hide: Sequence[str], run: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    if not KEY.fullmatch(key):
        raise ParseError(f"{HEADER} must have 1 to 255 visible ASCII characters.", "invalid_key")
    idempotent = IdempotentRequest(
        organization_id=caller.organization(request).pk,
        user_id=caller.user(request).pk,
        key=key,
        fingerprint=compute_fingerprint(request),
    )
    answer = idempotency.run_once(idempotent, lambda: _stored_response(run(), hide))
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    for name, value in answer.headers.items():
        response[name] = value
    if answer.is_replayed:
        response[REPLAYED] = "true"
    return response


def compute_fingerprint(request: Request) -> str:
    """Hash method, path and parsed content; files are read in chunks, and are rewound.

    The parsed content, since a client that repeats an upload uses a new multipart boundary.
    """
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    try:
        for part in _content(request):
            digest.update(hashlib.sha256(part).digest())
    except SuspiciousOperation:
        raise ParseError("The form has too many parts. Send fewer.") from None
    return digest.hexdigest()


def _content(request: Request) -> Iterator[bytes]:
    if not isinstance(request.data, QueryDict):
        yield json.dumps(request.data, sort_keys=True).encode()
        return
    for name, values in sorted(request.data.lists()):
        for value in values:
            yield name.encode()
            yield from _file_content(value) if isinstance(value, UploadedFile) else [value.encode()]


def _file_content(file: "UploadedFile[bytes]") -> Iterator[bytes]:
    yield f"{file.name}\n{file.content_type}\n{file.size}".encode()
    yield from file.chunks(CHUNK_BYTES)
    file.seek(0)


def _stored_response(response: HttpResponseBase, hide: Sequence[str]) -> StoredResponse:
    if not isinstance(response, Response):
        raise TypeError(f"an idempotent handler returned {type(response).__name__}, not Response")
    body, render = response.data, JSONRenderer().render
    stored = {name: value for name, value in body.items() if name not in hide} if hide else None
    return StoredResponse(
        status=response.status_code,
        headers={name: response[name] for name in STORED_HEADERS if name in response},
        body=render(body).decode(),
        stored_body=None if stored is None else render(stored).decode(),
    )
