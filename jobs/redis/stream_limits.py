"""At most so many open streams a user, counted across processes in Redis.

Each stream holds a place under a lease that it renews; one whose client or process has vanished
loses it by itself. Where Redis is away nobody is counted, and nobody is kept out.
"""

import secrets
from dataclasses import dataclass

from django.conf import settings

from jobs.errors import TooManyStreams
from jobs.redis.client import best_effort, get_client

LEASE = 45
"""Seconds that a place is kept without a renewal."""
RENEW_EVERY = LEASE / 3

ALL = "conveyor:streams"
"""The places of everybody."""

TAKE = """
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
OPEN = "return redis.call('ZCOUNT', KEYS[1], redis.call('TIME')[1], '+inf')"


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A stream's place among its user's."""

    key: str
    name: str

    def renew(self) -> None:
        """Keep the place. An error costs nothing: the next renewal takes it again."""
        _ask(RENEW, self, LEASE)

    def release(self) -> None:
        """Give the place to another."""
        _ask(RELEASE, self)


def take(user: str) -> Slot:
    """Take a place for one more stream of a user; raise `TooManyStreams` where all are taken."""
    slot = Slot(key=f"conveyor:streams:{user}", name=secrets.token_hex(8))
    if _ask(TAKE, slot, settings.STREAMS_A_USER, LEASE) == 0:
        raise TooManyStreams(settings.STREAMS_A_USER)
    return slot


def count() -> int:
    """Count the streams that are open; raises `redis.RedisError` where Redis does not answer."""
    return int(get_client().eval(OPEN, 1, ALL))


def _ask(script: str, slot: Slot, *arguments: float) -> object:
    return best_effort(
        lambda client: client.eval(script, 2, slot.key, ALL, slot.name, *arguments),
        None,
        purpose="the count of open streams",
    )
