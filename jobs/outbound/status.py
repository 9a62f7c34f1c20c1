"""Which of our errors an HTTP status of another server stands for, and when to call it again."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from jobs.errors import (
    AttemptError,
    AuthenticationFailed,
    InvalidInput,
    RateLimited,
    TransientError,
)
from jobs.outbound.retry_after import parse_retry_after

ERRORS: Mapping[int, type[AttemptError]] = {
    401: AuthenticationFailed,
    402: AuthenticationFailed,  # the quota of the account is used up
    403: AuthenticationFailed,
    408: TransientError,
    409: TransientError,  # a conflict with a concurrent request
    425: TransientError,
    429: RateLimited,
}
UNAVAILABLE = frozenset({502, 503, 504})
"""The server, or the gateway in front of it, is down or starting."""
WITH_RETRY_AFTER = UNAVAILABLE | {429}
"""Statuses whose `Retry-After` is honoured (RFC 9110, RFC 6585)."""
MAX_WAIT = timedelta(hours=1)


def error_class(status: int) -> type[AttemptError] | None:
    """Return the class of the error that a status stands for, `None` for a success (2xx)."""
    if 200 <= status < 300:
        return None
    return ERRORS.get(status, TransientError if status >= 500 else InvalidInput)


def requested_wait(
    status: int, headers: Mapping[str, str], *, max_wait: timedelta = MAX_WAIT
) -> timedelta:
    """Return how long a response asks us to wait; zero if it does not. `headers` in lower case."""
    value = headers.get("retry-after", "") if status in WITH_RETRY_AFTER else ""
    return parse_retry_after(value, now=datetime.now(UTC), max_wait=max_wait)
