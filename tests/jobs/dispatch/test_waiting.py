"""Why a job is waiting, for each reason; and when it starts, against what then happens."""

import random
import statistics
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from jobs import testing
from jobs.dispatch import pauses, waiting
from jobs.lifecycle import verbs
from jobs.lifecycle.failures import TIMED_OUT
from jobs.models import Job
from jobs.models.pauses import PauseScope
from jobs.redis import heartbeats
from jobs.redis.client import get_client
from jobs.submission.submit import JobOptions, submit_job
from tests.jobs.conftest import LEASE
from tests.people import Person


@pytest.fixture(autouse=True)
def _worker() -> None:
    get_client().flushdb()
    heartbeats.record_worker("worker@here", ["default"], 2)


def submit(person: Person, **options: object) -> Job:
    mine = {"owner": person.user, "organization": person.organization}
    return submit_job("echo", {"text": "x"}, options=JobOptions(**options), **mine)  # type: ignore[arg-type]


def test_a_job_waits_for_its_dependencies(owner: Person) -> None:
    parents = [submit(owner), submit(owner)]
    child = submit(owner, depends_on=tuple(parent.pk for parent in parents))
    found = waiting.explain_wait(child)
    assert found is not None
    assert (found.reason, sorted(found.jobs)) == ("dependencies", sorted(p.pk for p in parents))
    testing.run(parents[0])
    found = waiting.explain_wait(child)
    assert found is not None
    assert (found.jobs, found.message) == (
        [parents[1].pk],
        "It starts after 1 job that it depends on.",
    )


def test_a_scheduled_job_waits_for_its_time(owner: Person) -> None:
    due = timezone.now() + timedelta(hours=1)
    found = waiting.explain_wait(submit(owner, run_at=due))
    assert found is not None
    assert (found.reason, found.estimated_start) == ("run_at", due)


def test_a_job_that_backs_off_waits_for_its_next_attempt(running: Job) -> None:
    wait = timedelta(minutes=5)
    job = verbs.back_off(running, TIMED_OUT, wait=wait, uncounted=False)
    assert job is not None
    found = waiting.explain_wait(job)
    assert found is not None
    assert (found.reason, found.estimated_start) == ("retry", job.run_at)
    assert TIMED_OUT.message in found.message


def test_a_paused_job_names_the_pause(job: Job) -> None:
    pauses.pause(PauseScope.QUEUE, job.queue, actor="olga", reason="Provider is down")
    found = waiting.explain_wait(job)
    assert found is not None
    assert found.reason == "paused"
    assert found.message == "The queue default is paused by olga: Provider is down."
    assert found.pause is not None


def test_a_job_without_a_worker_names_the_queue(job: Job) -> None:
    get_client().flushdb()
    found = waiting.explain_wait(job)
    assert found is not None
    assert (found.reason, "default" in found.message) == ("no_worker", True)


@pytest.mark.parametrize("end", ["running", "completed", "failed", "cancelled"])
def test_a_job_that_has_started_or_ended_waits_for_nothing(job: Job, end: str) -> None:
    job.state = end
    assert waiting.explain_wait(job) is None


def test_the_position_counts_jobs_that_start_before(owner: Person, stranger: Person) -> None:
    first = submit(owner)
    low, high = submit(stranger, priority=1), submit(stranger, priority=9)
    last = submit(owner)
    Job.objects.filter(pk=first.pk).update(published_at=Now() - timedelta(seconds=5))
    positions = {}
    for job in (first, low, high, last):
        found = waiting.explain_wait(Job.objects.get(pk=job.pk))
        assert found is not None
        positions[job.pk] = found.position
    assert [positions[job.pk] for job in (high, first, last, low)] == [1, 2, 3, 4]


def test_a_paused_organization_is_not_ahead_of_others(owner: Person, stranger: Person) -> None:
    submit(stranger, priority=9)
    job = submit(owner)
    pauses.pause(PauseScope.ORGANIZATION, str(stranger.organization.pk), actor="olga")
    found = waiting.explain_wait(job)
    assert found is not None
    assert (found.position, found.message) == (1, "It is next in the queue default.")


def test_the_api_shows_the_reason_and_counts_the_jobs_of_others(
    owner: Person, stranger: Person, make_job: Callable[..., Job]
) -> None:
    submit(stranger, priority=9)
    job = make_job()
    shown = owner.client.get(f"/api/v1/jobs/{job.pk}").json()["waiting_for"]
    assert (shown["reason"], shown["position"], shown["jobs"]) == ("position", 2, [])
    testing.run(job)
    assert owner.client.get(f"/api/v1/jobs/{job.pk}").json()["waiting_for"] is None


DURATIONS = {"echo": (5.0, 15.0), "waiting": (40.0, 80.0)}
"""Shortest and longest of each type, in seconds."""


def simulate(types: list[str], slots: int, chance: random.Random) -> list[float]:
    """Return when each job of a line starts, with durations drawn at random."""
    free, starts = [0.0] * slots, []
    for name in types:
        slot = min(range(slots), key=free.__getitem__)
        starts.append(free[slot])
        free[slot] += chance.uniform(*DURATIONS[name])
    return starts


def test_estimates_of_a_mixed_line_are_near_what_then_happens(
    make_job: Callable[..., Job], owner: Person
) -> None:
    chance = random.Random(7)
    for name, bounds in DURATIONS.items():
        for _ in range(15):
            done = make_job()
            seconds = timedelta(seconds=chance.uniform(*bounds))
            Job.objects.filter(pk=done.pk).update(
                type=name, state="completed", started_at=Now() - seconds, finished_at=Now()
            )
    for _ in range(3):
        assert verbs.claim(make_job().pk, 1, worker="w", lease=LEASE)
    line = [make_job() for _ in range(40)]
    types = [chance.choice(list(DURATIONS)) for _ in line]
    for job, name in zip(line, types, strict=True):
        Job.objects.filter(pk=job.pk).update(type=name)
    now = timezone.now()
    estimates = []
    for job in line:
        found = waiting.explain_wait(job)
        assert found is not None
        assert found.estimated_start is not None
        estimates.append((found.estimated_start - now).total_seconds())
    happened = simulate(["echo"] * 3 + types, 3, chance)[3:]
    errors = [abs(e - h) / h for e, h in zip(estimates, happened, strict=True)]
    assert statistics.median(errors) < 0.3
