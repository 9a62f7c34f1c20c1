"""`Idempotency-Key` on a POST: the same request again gives the first answer again.

Implements the IETF draft "The Idempotency-Key HTTP Header Field". `jobs.idempotency` stores
responses and holds keys.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase, QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from jobs import idempotency
from jobs.api import caller
from jobs.idempotency import Answer, Asked

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HEADERS = ("Location", "Retry-After", "Cache-Control")
CHUNK = 1 << 20

Handler = Callable[..., HttpResponseBase]


def answer_once(
    handler: Handler, key: str, secrets: Sequence[str], request: Request, **kwargs: Any
) -> HttpResponseBase:
    """Call a view's handler for the first request with a key; give its answer to every other.

    Members of the answer named in `secrets` are shown once: they are not kept.
    """
    if not KEY.fullmatch(key):
        raise ParseError(f"{HEADER} must have 1 to 255 visible ASCII characters.", "invalid_key")
    asked = Asked(
        organization_id=caller.organization(request).pk,
        user_id=caller.user(request).pk,
        key=key,
        fingerprint=fingerprint(request),
    )
    answer = idempotency.once(asked, lambda: _as_kept(handler(request, **kwargs), secrets))
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    for name, value in answer.headers.items():
        response[name] = value
    if answer.replayed:
        response[REPLAYED] = "true"
    return response


def fingerprint(request: Request) -> str:
    """Hash method, path and content; files are read in chunks, and are rewound.

    The content as it was understood: a client that sends an upload again draws a new boundary.
    """
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    try:
        content = _content(request)
        for part in content:
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
            yield from _file(value) if isinstance(value, UploadedFile) else [value.encode()]


def _file(file: "UploadedFile[bytes]") -> Iterator[bytes]:
    yield f"{file.name}\n{file.content_type}\n{file.size}".encode()
    yield from file.chunks(CHUNK)
    file.seek(0)


def _as_kept(response: HttpResponseBase, secrets: Sequence[str]) -> Answer:
    if not isinstance(response, Response):
        raise TypeError(f"a POST answers with data, not with {type(response).__name__}")
    body, render = response.data, JSONRenderer().render
    kept = {name: value for name, value in body.items() if name not in secrets} if secrets else None
    return Answer(
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        body=render(body).decode(),
        kept_body=None if kept is None else render(kept).decode(),
    )
