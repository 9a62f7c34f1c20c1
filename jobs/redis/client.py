"""The process's Redis client, and calls that may fail without harm."""

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from jobs.redis.circuit_breaker import CircuitBreaker

log = logging.getLogger(__name__)

SOCKET_TIMEOUT_SECONDS = 0.5

breaker = CircuitBreaker(open_seconds=3.0)
"""Shared by all best-effort calls: one failure spares the others their time-out."""

Result = TypeVar("Result")


@lru_cache(maxsize=1)
def get_client() -> "redis.Redis":
    """Return this process's client. Its short time-outs keep a hung server from blocking a job."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=SOCKET_TIMEOUT_SECONDS,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 1),
    )


def best_effort(
    call: Callable[["redis.Redis"], Result], default: Result, *, purpose: str
) -> Result:
    """Return what `call` returns for the client, or `default` where Redis fails. Never raises.

    While the circuit breaker is open, `call` is skipped. `purpose` names the call in the log.
    """
    if breaker.is_open:
        return default
    try:
        return call(get_client())
    except redis.RedisError as error:
        breaker.trip()
        log.warning("Redis is unavailable, skipping %s: %s", purpose, error)
        return default
