"""The limit of open streams per user, counted across processes in Redis.

Each stream counts under a lease that it renews, so a stream whose client or process has died stops
counting by itself. While Redis is unavailable, no stream is counted and none is rejected.
"""

import secrets
from dataclasses import dataclass

from django.conf import settings

from jobs.errors import TooManyStreams
from jobs.redis.client import best_effort, get_client

LEASE_SECONDS = 45
"""A stream counts for this long without a renewal."""
RENEW_INTERVAL_SECONDS = LEASE_SECONDS / 3

ALL_STREAMS = "conveyor:streams"
"""The key of the streams of all users."""

ACQUIRE = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
for _, key in ipairs(KEYS) do
    redis.call('ZADD', key, now + tonumber(ARGV[3]), ARGV[1])
    redis.call('EXPIRE', key, 2 * tonumber(ARGV[3]))
end
return 1
"""
RENEW = """
local ends = tonumber(redis.call('TIME')[1]) + tonumber(ARGV[2])
for _, key in ipairs(KEYS) do
    redis.call('ZADD', key, ends, ARGV[1])
    redis.call('EXPIRE', key, 2 * tonumber(ARGV[2]))
end
"""
RELEASE = "for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end"
COUNT_OPEN = "return redis.call('ZCOUNT', KEYS[1], redis.call('TIME')[1], '+inf')"


@dataclass(frozen=True, kw_only=True)
class StreamLimit:
    """One open stream that counts toward the limit of its user."""

    key: str
    name: str

    def renew(self) -> None:
        """Extend the lease, best effort: the next renewal makes up for a failed one."""
        _run(RENEW, self, LEASE_SECONDS)

    def release(self) -> None:
        """Stop counting the stream."""
        _run(RELEASE, self)


def acquire(user: str) -> StreamLimit:
    """Count one more stream of a user; raises `TooManyStreams` if the limit is reached."""
    limit = StreamLimit(key=f"conveyor:streams:{user}", name=secrets.token_hex(8))
    if _run(ACQUIRE, limit, settings.STREAMS_A_USER, LEASE_SECONDS) == 0:
        raise TooManyStreams(settings.STREAMS_A_USER)
    return limit


def count() -> int:
    """Return the number of open streams; raises `redis.RedisError` if Redis is unavailable."""
    return int(get_client().eval(COUNT_OPEN, 1, ALL_STREAMS))


def _run(script: str, limit: StreamLimit, *arguments: float) -> object:
    return best_effort(
        lambda client: client.eval(script, 2, limit.key, ALL_STREAMS, limit.name, *arguments),
        None,
        purpose="the count of open streams",
    )
