"""How often a caller may ask: one counter a caller and window, in Redis, for all processes."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import ceil
from typing import Any

import redis

from jobs import live
from jobs.breaker import Breaker

COUNT = """
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {used, redis.call('PTTL', KEYS[1])}
"""
"""Counts one request; the first of a window starts it. Atomic: a counter never outlives it."""

_redis = Breaker(seconds=3.0)


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
    if not quota or _redis.is_open:
        return None
    try:
        used, left = _script()(
            keys=[f"conveyor:rate:{caller}"], args=[ceil(window.total_seconds() * 1000)]
        )
    except redis.RedisError as error:
        _redis.trip()
        live.log.warning("requests are not counted, Redis is away: %s", error)
        return None
    return Rate(quota=quota, window=window, used=int(used), reset=max(1, ceil(int(left) / 1000)))


@lru_cache(maxsize=1)
def _script() -> Any:
    return live.client().register_script(COUNT)
