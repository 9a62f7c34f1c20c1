"""The lease keeper checks an attempt once per tick, and not before its first tick is over."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.db import DataError

from jobs.attempt import fenced_writes, lease, progress
from jobs.attempt.fenced_writes import Ownership
from jobs.attempt.lease import TICK_SECONDS, LeaseKeeper
from jobs.attempt.progress import STORE_INTERVAL_SECONDS, Progress
from jobs.models import Job
from tests.waiting import TIMEOUT_SECONDS


@dataclass
class Clock:
    """Replaces the modules' clock; time passes only when a test says so."""

    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now


@dataclass
class CountingProgress:
    """Counts the checks of the keeper, which flushes the progress in each."""

    flushes: int = 0

    def flush(self) -> Ownership:
        self.flushes += 1
        return Ownership(cancel_requested=False)


class ThreadlessKeeper(LeaseKeeper):
    """Ticks only when a test says so."""

    def _start_thread(self) -> None:
        pass


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(lease, "time", clock)
    monkeypatch.setattr(progress, "time", clock)
    return clock


def test_jobs_that_are_shorter_than_a_tick_are_not_checked(clock: Clock) -> None:
    keeper = ThreadlessKeeper()
    short: Any = CountingProgress()
    for _ in range(20):
        with keeper.hold(Job(), short):
            clock.now += 0.05
            keeper.tick()
    assert short.flushes == 0


def test_a_longer_job_is_checked_in_each_tick(clock: Clock) -> None:
    keeper = ThreadlessKeeper()
    long: Any = CountingProgress()
    with keeper.hold(Job(timeout=timedelta(minutes=1)), long):
        for _ in range(3):
            clock.now += TICK_SECONDS
            keeper.tick()
    keeper.tick()
    assert long.flushes == 3


@pytest.mark.parametrize("error", [ValueError("NUL"), DataError("NUL"), RuntimeError("bug")])
def test_a_report_that_fails_does_not_keep_the_lease_from_being_renewed(
    clock: Clock, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed: list[Job] = []

    def renew(job: Job, lease: timedelta) -> Ownership:
        renewed.append(job)
        return Ownership(cancel_requested=False)

    monkeypatch.setattr(fenced_writes, "renew_lease", renew)
    monkeypatch.setattr(lease, "connection", Mock())
    keeper = ThreadlessKeeper()
    reported: Any = Mock()
    reported.flush.side_effect = error
    with keeper.hold(Job(timeout=timedelta(hours=1)), reported) as held:
        clock.now += settings.JOBS_LEASE.total_seconds() / 2
        keeper.tick()
    assert len(renewed) == 1
    assert held.interruption is None


def test_the_thread_survives_a_failed_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "TICK_SECONDS", 0.001)
    keeper, checks, again = LeaseKeeper(), [0], threading.Event()

    def tick() -> None:
        checks[0] += 1
        if checks[0] == 1:
            raise AssertionError("a bug")
        again.set()

    monkeypatch.setattr(keeper, "tick", tick)
    with keeper.hold(Job(), Mock()):
        assert again.wait(TIMEOUT_SECONDS)


def test_progress_is_stored_only_when_a_write_is_due(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[int] = []

    def store(job: Job, percent: int, message: str) -> Ownership:
        stored.append(percent)
        return Ownership(cancel_requested=False)

    monkeypatch.setattr(fenced_writes, "store_progress", store)
    monkeypatch.setattr(progress, "_publish_live", lambda *given: {})
    reported = Progress(Job(), lambda data: None, _stored_at=clock.now)
    reported.report(40, "")
    clock.now += TICK_SECONDS
    reported.flush()
    assert stored == []
    clock.now += STORE_INTERVAL_SECONDS
    reported.flush()
    assert stored == [40]
