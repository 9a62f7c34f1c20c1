"""Open streams of a user are counted in Redis under leases; an outage blocks no stream."""

from typing import Any

import pytest
import redis

from jobs import live, slots
from jobs.breaker import Breaker
from jobs.errors import TooManyStreams


@pytest.fixture(autouse=True)
def _two_a_user(settings: Any) -> None:
    settings.STREAMS_A_USER = 2
    live.client().flushdb()


def test_a_released_slot_is_free_again() -> None:
    first, _ = slots.take("olga"), slots.take("olga")
    with pytest.raises(TooManyStreams):
        slots.take("olga")
    slots.take("tariq")
    first.release()
    slots.take("olga")


def test_a_slot_without_renewal_is_free_again() -> None:
    slot = slots.take("olga")
    slots.take("olga")
    live.client().zadd(slot.key, {slot.name: 1.0})  # its lease ended long ago
    slots.take("olga")


def test_a_renewed_slot_survives_a_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    slot = slots.take("olga")
    live.client().flushdb()
    slot.renew()
    assert live.client().zcard(slot.key) == 1


def test_an_outage_of_redis_blocks_no_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = redis.Redis(unix_socket_path="/nowhere/redis.sock")
    monkeypatch.setattr(live, "client", lambda: nowhere)
    monkeypatch.setattr(slots, "_redis", Breaker(seconds=3.0))
    taken = [slots.take("olga") for _ in range(5)]
    taken[0].renew()
    taken[0].release()
