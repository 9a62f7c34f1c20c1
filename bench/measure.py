"""Two contestants that do the same work, and the figures of each."""

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
LOOK_EVERY = 0.05
GIVE_UP_AFTER = 300.0


class Contestant(Protocol):
    """A way to have a text given back by a worker."""

    def submit(self) -> Any:
        """Submit one; give what it can be found by."""

    def wait(self, one: Any) -> None:
        """Wait for one as a caller would."""

    def last_end(self, all: Sequence[Any]) -> datetime:
        """Wait for all, looking seldom; give the time at which the last of them ended."""


class Conveyor:
    """A job of the type `echo`."""

    def __init__(self, owner: User) -> None:
        self._owner = owner

    def submit(self) -> Job:
        """Store it and publish it."""
        return jobs.submit("echo", {"text": TEXT}, owner=self._owner)

    def wait(self, one: Job) -> None:
        """Wait on the live channel."""
        assert jobs.wait(one.pk, timeout=GIVE_UP_AFTER).state == "completed"

    def last_end(self, all: Sequence[Job]) -> datetime:
        """Read the rows."""
        ours = Job.objects.filter(pk__in=[one.pk for one in all])
        until(lambda: ours.filter(state__in=TERMINAL).count() == len(all))
        assert set(ours.values_list("state", flat=True)) == {"completed"}
        return max(ended for ended in ours.values_list("finished_at", flat=True) if ended)


class RawCelery:
    """A task of Celery's own."""

    def submit(self) -> "AsyncResult[Any]":
        """Publish it."""
        return echo.delay(TEXT)

    def wait(self, one: "AsyncResult[Any]") -> None:
        """Wait on the result backend's channel."""
        one.get(timeout=GIVE_UP_AFTER)

    def last_end(self, all: Sequence["AsyncResult[Any]"]) -> datetime:
        """Read the results."""
        ends = []
        for one in all:
            meta = until(lambda one=one: _done(str(one.id)))  # type: ignore[misc]  # the default binds it
            ends.append(datetime.fromisoformat(meta["date_done"]))
        return max(ends)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one contestant did in one round."""

    submit: float
    """Submissions a second, by one process."""
    drain: float
    """Jobs a second, from a full queue."""
    answer: float
    """Median of the seconds from submission to the result, with nothing else to do."""


def measure(
    contestant: Contestant,
    *,
    jobs: int,
    singles: int,
    held: Callable[[], AbstractContextManager[None]],
) -> Figures:
    """Take one round: fill the queue while the workers are `held`, let go, then ask one by one."""
    with held():
        began = time.perf_counter()
        submitted = [contestant.submit() for _ in range(jobs)]
        submit = jobs / (time.perf_counter() - began)
        let_go = time.time()
    drain = jobs / (contestant.last_end(submitted).timestamp() - let_go)
    return Figures(submit=submit, drain=drain, answer=_answer(contestant, singles))


def until(seen: Callable[[], Any]) -> Any:
    """Wait until `seen` gives something true, and give it."""
    deadline = time.monotonic() + GIVE_UP_AFTER
    while not (found := seen()):
        assert time.monotonic() < deadline, "the workers do not come to an end"
        time.sleep(LOOK_EVERY)
    return found


def _answer(contestant: Contestant, singles: int) -> float:
    taken = []
    for _ in range(singles):
        began = time.perf_counter()
        contestant.wait(contestant.submit())
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _done(id: str) -> Any:
    meta = current_app.backend.get_task_meta(id)
    return meta if meta["status"] == "SUCCESS" else None
