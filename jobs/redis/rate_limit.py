"""How often a caller may ask: one counter a caller and window, in Redis, for all processes."""

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
"""Counts one request; the first of a window starts it. Atomic: a counter never outlives it."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How many requests a window allows, and where a caller stands."""

    quota: int
    window: timedelta
    used: int
    reset: int
    """Seconds until the window ends."""

    @property
    def remaining(self) -> int:
        """Requests that are left in this window."""
        return max(0, self.quota - self.used)

    @property
    def exceeded(self) -> bool:
        """Whether the request that was counted is one too many."""
        return self.used > self.quota

    @property
    def headers(self) -> dict[str, str]:
        """Say it as draft-ietf-httpapi-ratelimit-headers-10 does."""
        window = ceil(self.window.total_seconds())
        return {
            "RateLimit-Policy": f'"caller";q={self.quota};w={window}',
            "RateLimit": f'"caller";r={self.remaining};t={self.reset}',
        }


def count(caller: str, *, quota: int, window: timedelta) -> Rate | None:
    """Count a request of a caller; `None` where there is no limit, or Redis is away: then all pass.

    A limit protects from a client that runs wild; an outage of the counter must not be an outage.
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
    used, left = counted
    return Rate(quota=quota, window=window, used=int(used), reset=max(1, ceil(int(left) / 1000)))
