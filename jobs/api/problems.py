"""Errors as RFC 9457 `application/problem+json`: one shape, one handler."""

import logging
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django.core.exceptions import DisallowedHost, PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from jobs.errors import (
    ConveyorError,
    Fault,
    InvalidSubmission,
    LimitReached,
    NotFound,
    QuotaExceeded,
    Refused,
    TooManyForLimit,
    TooManyRequests,
    TooManyStreams,
    TransientError,
    UnknownJobType,
    WrongState,
)
from jobs.idempotency import KeyInUse, KeyReused
from jobs.models.outages import is_outage

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_OUTAGE = 5
"""Seconds in the `Retry-After` of responses while the database is unavailable."""

STATUS: dict[type[ConveyorError], int] = {
    UnknownJobType: 422,
    InvalidSubmission: 422,
    LimitReached: 429,
    TooManyForLimit: 422,
    TooManyRequests: 429,
    TooManyStreams: 429,
    KeyReused: 422,
    KeyInUse: 409,
    WrongState: 409,
    NotFound: 404,
    QuotaExceeded: 413,
    Refused: 400,
    TransientError: 503,
}
DATABASE_UNAVAILABLE = "The database is unavailable. Try again in a few seconds."


def problem(
    status: int, code: str, detail: str, faults: Sequence[Fault] = (), **members: Any
) -> dict[str, Any]:
    """Return a problem: `code` is stable and for programs, `detail` is for people."""
    body: dict[str, Any] = {
        "type": f"urn:conveyor:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **members,
    }
    if faults:
        body["errors"] = [asdict(fault) for fault in faults]
    return body


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the response to an exception of a view, or `None` for an unexpected one (a 500)."""
    if isinstance(error, ConveyorError):
        return _from_conveyor(error)
    if is_outage(error):
        log.error("The database is unavailable, a request failed: %s", error)
        body = problem(503, "database_unavailable", DATABASE_UNAVAILABLE)
        return _response(body, {"Retry-After": str(RETRY_AFTER_OUTAGE)})
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    return _from_framework(error, _advice(error, context))


def database_unavailable(error: BaseException) -> JsonResponse:
    """Return a 503 for a database error outside the API's views, such as one of the commit."""
    log.error("The database is unavailable, a request failed: %s", error)
    response = _plain(problem(503, "database_unavailable", DATABASE_UNAVAILABLE))
    response.headers["Retry-After"] = str(RETRY_AFTER_OUTAGE)
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Return a 404 for an unknown path."""
    return _plain(problem(404, "not_found", f"There is no resource at {request.path}."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Return a 400 for a request that Django rejected, such as one for an unknown host."""
    detail = "The server cannot process this request."
    if isinstance(exception, DisallowedHost):
        detail = "This host name is not allowed. An operator must add it to ALLOWED_HOSTS."
    return _plain(problem(400, "bad_request", detail))


def invalid(detail: str) -> JsonResponse:
    """Return a 422 of a view that does not use Django REST framework."""
    return _plain(problem(422, "invalid", detail))


def server_error(request: HttpRequest) -> JsonResponse:
    """Return a 500 for an unexpected error, and a 503 while the database is unavailable.

    The traceback is in the server's log only. Django calls this while it handles the error.
    """
    error = sys.exception()
    if error is not None and is_outage(error):
        return database_unavailable(error)
    return _plain(problem(500, "internal_error", "An unexpected error occurred. It was logged."))


def _from_conveyor(error: ConveyorError) -> Response:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    faults: Sequence[Fault] = ()
    headers: dict[str, str] = {}
    members: dict[str, Any] = {}
    if isinstance(error, InvalidSubmission):
        faults = error.faults
        if any(fault.code == "too_large" for fault in faults):
            status = 413
    elif isinstance(error, UnknownJobType):
        faults = [Fault(pointer="/type", code=error.code, detail=error.message)]
    elif isinstance(error, LimitReached):
        members = {"limit": error.limit, "size": error.size, "in_use": error.in_use}
    elif isinstance(error, TooManyForLimit):
        members = {"limit": error.limit, "size": error.size, "requested": error.requested}
    if wait := getattr(error, "retry_after", None):
        headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return _response(problem(status, error.code, error.message, faults, **members), headers)


def _advice(error: exceptions.APIException, context: dict[str, Any]) -> str:
    """Return a message with advice where the framework's message has none, else ""."""
    match error:
        case exceptions.NotAuthenticated():
            return "Authentication required. Send `Authorization: Bearer <API key>`."
        case exceptions.UnsupportedMediaType():
            supported = (parser.media_type for parser in context["view"].parser_classes)
            return f"Unsupported Content-Type. Supported: {', '.join(supported)}."
        case exceptions.NotAcceptable():
            return "Responses are JSON only. Send `Accept: application/json`."
    return ""


def _from_framework(error: exceptions.APIException, advice: str) -> Response:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "invalid"
    detail = error.detail if isinstance(error.detail, str) else "The request is not valid."
    return _response(problem(error.status_code, code, advice or str(detail)), headers)


def _response(body: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def _plain(body: dict[str, Any]) -> JsonResponse:
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE)
