"""The errors of calls: the server's problems (RFC 9457) by kind, and an unreachable server.

ConveyorError
├── Unreachable           no response, or an incomplete one
└── Problem               has status, code, detail, errors, retry_after
    ├── InvalidRequest    400, 413, 415, 422: `errors` says what is wrong and where
    ├── NotAuthenticated  401
    ├── Forbidden         403
    ├── NotFound          404: not there, or not yours
    ├── Conflict          409: the job's state forbids it
    ├── LimitReached      429
    └── ServerFailed      5xx
        └── Unavailable   503; 502 and 504 of a proxy whose server is being restarted
"""

import json
from collections.abc import Mapping
from typing import Any

from jobs.client.values import Fault


class ConveyorError(Exception):
    """A failed call."""


class Unreachable(ConveyorError):
    """The server does not respond, or its response is incomplete."""


class Problem(ConveyorError):
    """The server rejected a request. The fields explain why."""

    def __init__(
        self,
        *,
        status: int,
        code: str,
        detail: str,
        errors: tuple[Fault, ...] = (),
        retry_after: float | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        where = "".join(f"\n  {fault.pointer}: {fault.detail}" for fault in errors)
        super().__init__(f"{status} {code}: {detail}{where}")
        self.status = status
        self.code = code
        """Stable, for programs."""
        self.detail = detail
        """For people."""
        self.errors = errors
        self.retry_after = retry_after
        """Seconds to wait before a repetition."""
        self.data = dict(data or {})
        """The whole problem, with fields that only its kind has."""


class InvalidRequest(Problem):
    """The request is malformed, too large, or does not fit the schema."""


class NotAuthenticated(Problem):
    """The key is unknown, expired or revoked."""


class Forbidden(Problem):
    """The key lacks the scope for this call."""


class NotFound(Problem):
    """It does not exist, or it is not the caller's."""


class Conflict(Problem):
    """The current state does not allow it."""


class LimitReached(Problem):
    """Too many requests, jobs or streams at once."""


class ServerFailed(Problem):
    """The server failed with an unexpected error."""


class Unavailable(ServerFailed):
    """The server is temporarily unavailable, or a proxy cannot reach it."""


KINDS: dict[int, type[Problem]] = {
    400: InvalidRequest,
    401: NotAuthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: InvalidRequest,
    415: InvalidRequest,
    422: InvalidRequest,
    429: LimitReached,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def problem(status: int, retry_after: str | None, body: bytes) -> Problem:
    """Return the exception for an error response, including a proxy's without problem+json."""
    try:
        data = json.loads(body)
        known = isinstance(data, dict)
    except ValueError:
        known = False
    if not known:
        data = {"code": f"http_{status}", "detail": body[:200].decode(errors="replace")}
    kind = KINDS.get(status, ServerFailed if status >= 500 else Problem)
    return kind(
        status=status,
        code=str(data.get("code", f"http_{status}")),
        detail=str(data.get("detail", "")),
        errors=tuple(_fault(fault) for fault in data.get("errors", ())),
        retry_after=float(retry_after) if retry_after and retry_after.isdecimal() else None,
        data=data,
    )


def _fault(data: Mapping[str, Any]) -> Fault:
    return Fault(**{name: str(data.get(name, "")) for name in ("pointer", "code", "detail")})
