"""The sender keeps the order of commands, and sends several in one round trip."""

import threading
from typing import Any

import pytest

from jobs.redis import sender as module
from jobs.redis.sender import Sender

TIMEOUT_SECONDS = 10.0


class Batches:
    """The batches that a sender has sent."""

    def __init__(self) -> None:
        self.sent: list[list[tuple[Any, ...]]] = []
        self.arrived = threading.Semaphore(0)

    def add(self, client: object, commands: list[tuple[Any, ...]]) -> None:
        self.sent.append(commands)
        self.arrived.release()


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> Batches:
    """Collect batches, and let a command wait for others until one is urgent."""
    batches = Batches()
    monkeypatch.setattr(module, "_send_all", batches.add)
    monkeypatch.setattr(module, "MAX_WAIT_SECONDS", 3600.0)
    return batches


def test_an_urgent_command_takes_the_waiting_ones_along(batches: Batches) -> None:
    sender = Sender()
    sender.send("PUBLISH", "a")
    sender.send("PUBLISH", "b")
    sender.send("PUBLISH", "c", urgent=True)
    assert batches.arrived.acquire(timeout=TIMEOUT_SECONDS)
    assert batches.sent == [[("PUBLISH", "a"), ("PUBLISH", "b"), ("PUBLISH", "c")]]


def test_a_command_that_is_not_urgent_is_sent_after_its_time(
    batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAIT_SECONDS", 0.0)
    Sender().send("PUBLISH", "a")
    assert batches.arrived.acquire(timeout=TIMEOUT_SECONDS)


def test_a_flush_waits_for_nothing(batches: Batches) -> None:
    sender = Sender()
    sender.send("PUBLISH", "a")
    assert sender.flush(TIMEOUT_SECONDS)
    assert batches.sent == [[("PUBLISH", "a")]]
    assert sender.flush(0)
