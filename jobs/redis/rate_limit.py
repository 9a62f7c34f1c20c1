"""The rate limit: one counter per caller and window, in Redis, shared by all processes."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from jobs.redis.client import best_effort

COUNT = """
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {used, redis.call('PTTL', KEYS[1])}
"""
"""Counts one request; the first one starts the window. Atomic, so a counter always expires."""


@dataclass(frozen=True, kw_only=True)
class RateLimitState:
    """The limit of a window, and how much of it a caller has used."""

    quota: int
    window: timedelta
    used: int
    reset: int
    """Seconds until the window ends."""

    @property
    def remaining(self) -> int:
        """Requests left in this window."""
        return max(0, self.quota - self.used)

    @property
    def is_exceeded(self) -> bool:
        """Whether the counted request is over the limit."""
        return self.used > self.quota

    @property
    def headers(self) -> dict[str, str]:
        """The response headers of draft-ietf-httpapi-ratelimit-headers-10."""
        window = ceil(self.window.total_seconds())
        return {
            "RateLimit-Policy": f'"caller";q={self.quota};w={window}',
            "RateLimit": f'"caller";r={self.remaining};t={self.reset}',
        }


def count(caller: str, *, quota: int, window: timedelta) -> RateLimitState | None:
    """Count a request of a caller; `None` without a limit, or while Redis is unavailable.

    The limit protects the server from a runaway client. An outage of the counter must not be an
    outage of the API, so without Redis all requests pass.
    """
    if not quota:
        return None
    milliseconds = ceil(window.total_seconds() * 1000)
    counted: Any = best_effort(
        lambda client: client.eval(COUNT, 1, f"conveyor:rate:{caller}", milliseconds),
        None,
        purpose="the rate limit",
    )
    if counted is None:
        return None
    used, milliseconds_left = counted
    reset = max(1, ceil(int(milliseconds_left) / 1000))
    return RateLimitState(quota=quota, window=window, used=int(used), reset=reset)
