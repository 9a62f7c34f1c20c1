"""Reports of progress wait for nothing; Celery gets the latest one, and none after the outcome."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from jobs.attempt import progress as module
from jobs.attempt.progress import Progress
from jobs.models import Job
from jobs.redis import pubsub


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect the percentages on the live channel."""
    published: list[int] = []
    monkeypatch.setattr(
        pubsub, "publish", lambda _, message: published.append(message["data"]["progress"])
    )
    return published


def make_progress(listener: Callable[[dict[str, Any]], None]) -> Progress:
    return Progress(Job(attempt=1), listener)


def test_a_report_does_not_call_the_listener(live: list[int]) -> None:
    heard: list[dict[str, Any]] = []
    progress = make_progress(heard.append)
    for percent in range(10, 60, 10):
        progress.report(percent, "Reading")
    assert (live, heard) == ([10], [])


def test_the_keeper_gives_the_listener_the_latest_report_once(live: list[int]) -> None:
    heard: list[dict[str, Any]] = []
    progress = make_progress(heard.append)
    for percent in range(10, 60, 10):
        progress.report(percent, "Reading")
    progress.flush()
    progress.flush()
    assert heard == [{"progress": 50, "message": "Reading", "attempt": 1}]


def test_nothing_is_published_after_the_outcome(live: list[int]) -> None:
    heard: list[dict[str, Any]] = []
    progress = make_progress(heard.append)
    progress.close()
    progress.report(50, "Late")
    progress.flush()
    assert (live, heard) == ([], [])


def test_the_outcome_waits_for_a_listener_that_is_being_called(live: list[int]) -> None:
    order: list[str] = []
    is_called, may_return = threading.Event(), threading.Event()

    def listen(data: dict[str, Any]) -> None:
        is_called.set()
        may_return.wait(10)
        order.append("progress")

    progress = make_progress(listen)
    progress.report(50, "Reading")
    keeper = threading.Thread(target=progress.flush)
    keeper.start()
    assert is_called.wait(10)
    release = threading.Timer(0.0, may_return.set)
    release.start()
    progress.close()
    order.append("outcome")
    keeper.join()
    assert order == ["progress", "outcome"]


def test_a_hung_listener_delays_the_outcome_for_a_limited_time(
    live: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CLOSE_SECONDS", 0.0)
    is_called, may_return = threading.Event(), threading.Event()

    def hang(data: dict[str, Any]) -> None:
        is_called.set()
        may_return.wait(10)

    progress = make_progress(hang)
    progress.report(50, "Reading")
    keeper = threading.Thread(target=progress.flush)
    keeper.start()
    assert is_called.wait(10)
    progress.close()
    assert keeper.is_alive()
    may_return.set()
    keeper.join()
