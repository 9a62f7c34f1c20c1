"""Open streams of a user are counted in Redis under leases; an outage blocks no stream."""

from typing import Any

import pytest

from jobs.errors import TooManyStreams
from jobs.redis import client, stream_limits
from jobs.redis.circuit_breaker import CircuitBreaker
from jobs.redis.client import get_client
from tests.jobs.redis.unreachable import unreachable_client


@pytest.fixture(autouse=True)
def _two_a_user(settings: Any) -> None:
    settings.STREAMS_A_USER = 2
    get_client().flushdb()


def test_a_released_slot_is_free_again() -> None:
    first, _ = stream_limits.acquire("olga"), stream_limits.acquire("olga")
    with pytest.raises(TooManyStreams):
        stream_limits.acquire("olga")
    stream_limits.acquire("tariq")
    first.release()
    stream_limits.acquire("olga")


def test_a_slot_without_renewal_is_free_again() -> None:
    limit = stream_limits.acquire("olga")
    stream_limits.acquire("olga")
    get_client().zadd(limit.key, {limit.name: 1.0})  # its lease ended long ago
    stream_limits.acquire("olga")


def test_a_renewed_limit_survives_a_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = stream_limits.acquire("olga")
    get_client().flushdb()
    limit.renew()
    assert get_client().zcard(limit.key) == 1


def test_an_outage_of_redis_blocks_no_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = unreachable_client()
    monkeypatch.setattr(client, "get_client", lambda: nowhere)
    monkeypatch.setattr(client, "breaker", CircuitBreaker(open_seconds=3.0))
    taken = [stream_limits.acquire("olga") for _ in range(5)]
    taken[0].renew()
    taken[0].release()
