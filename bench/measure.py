"""Measures two systems that do the same work: a Conveyor job and a raw Celery task."""

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from celery import current_app
from celery.result import AsyncResult
from django.contrib.auth.models import User

import jobs
from bench.tasks import echo
from jobs.models import Job
from jobs.models.states import TERMINAL

TEXT = "x" * 100
POLL_INTERVAL_SECONDS = 0.05
TIMEOUT_SECONDS = 300.0


class MeasuredSystem(Protocol):
    """A system in which a worker returns a text."""

    def submit(self) -> Any:
        """Submit one task; return a handle."""

    def wait(self, handle: Any) -> None:
        """Wait for the result as a caller would."""

    def last_end(self, handles: Sequence[Any]) -> datetime:
        """Wait until all have ended, with few queries; return the end time of the last one."""


class Conveyor:
    """A job of the type `echo`."""

    def __init__(self, owner: User) -> None:
        self._owner = owner

    def submit(self) -> Job:
        return jobs.submit("echo", {"text": TEXT}, owner=self._owner)

    def wait(self, handle: Job) -> None:
        assert jobs.wait(handle.pk, timeout=TIMEOUT_SECONDS).state == "completed"

    def last_end(self, handles: Sequence[Job]) -> datetime:
        jobs_of_round = Job.objects.filter(pk__in=[job.pk for job in handles])
        wait_until(lambda: jobs_of_round.filter(state__in=TERMINAL).count() == len(handles))
        assert set(jobs_of_round.values_list("state", flat=True)) == {"completed"}
        return max(ended for ended in jobs_of_round.values_list("finished_at", flat=True) if ended)


class RawCelery:
    """The Celery task of `bench.tasks`."""

    def submit(self) -> "AsyncResult[Any]":
        return echo.delay(TEXT)

    def wait(self, handle: "AsyncResult[Any]") -> None:
        handle.get(timeout=TIMEOUT_SECONDS)

    def last_end(self, handles: Sequence["AsyncResult[Any]"]) -> datetime:
        ends = []
        for handle in handles:
            meta = wait_until(lambda handle=handle: _find_success(str(handle.id)))  # type: ignore[misc]  # the default binds it
            ends.append(datetime.fromisoformat(meta["date_done"]))
        return max(ends)


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """Results of one system in one round."""

    submitted_per_second: float
    """By one process."""
    completed_per_second: float
    """From a full queue."""
    latency_seconds: float
    """Median time from submission to the result on an idle stack."""


def measure(
    system: MeasuredSystem,
    *,
    jobs: int,
    singles: int,
    suspend_workers: Callable[[], AbstractContextManager[None]],
) -> Measurement:
    """Measure a round: fill the queue with suspended workers, drain it, then submit singly."""
    with suspend_workers():
        started_at = time.perf_counter()
        submitted = [system.submit() for _ in range(jobs)]
        submitted_per_second = jobs / (time.perf_counter() - started_at)
        resumed_at = time.time()
    completed_per_second = jobs / (system.last_end(submitted).timestamp() - resumed_at)
    return Measurement(
        submitted_per_second=submitted_per_second,
        completed_per_second=completed_per_second,
        latency_seconds=_median_latency(system, singles),
    )


def wait_until(find: Callable[[], Any]) -> Any:
    """Call `find` until its result is true; return the result."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not (found := find()):
        assert time.monotonic() < deadline, "the workers did not finish in time"
        time.sleep(POLL_INTERVAL_SECONDS)
    return found


def _median_latency(system: MeasuredSystem, singles: int) -> float:
    durations = []
    for _ in range(singles):
        started_at = time.perf_counter()
        system.wait(system.submit())
        durations.append(time.perf_counter() - started_at)
    return statistics.median(durations)


def _find_success(task_id: str) -> Any:
    meta = current_app.backend.get_task_meta(task_id)
    return meta if meta["status"] == "SUCCESS" else None
