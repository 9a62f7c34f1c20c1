"""A user's streams are counted in Redis, under leases, and never kept out by an outage."""

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


def test_a_place_is_free_again_when_it_is_released() -> None:
    first, _ = slots.take("olga"), slots.take("olga")
    with pytest.raises(TooManyStreams):
        slots.take("olga")
    slots.take("tariq")
    first.release()
    slots.take("olga")


def test_a_place_that_nobody_renews_is_free_again() -> None:
    slot = slots.take("olga")
    slots.take("olga")
    live.client().zadd(slot.key, {slot.name: 1.0})  # its lease ended long ago
    slots.take("olga")


def test_a_place_outlives_a_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    slot = slots.take("olga")
    live.client().flushdb()
    slot.renew()
    assert live.client().zcard(slot.key) == 1


def test_an_outage_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = redis.Redis(unix_socket_path="/nowhere/redis.sock")
    monkeypatch.setattr(live, "client", lambda: nowhere)
    monkeypatch.setattr(slots, "_redis", Breaker(seconds=3.0))
    taken = [slots.take("olga") for _ in range(5)]
    taken[0].renew()
    taken[0].release()
