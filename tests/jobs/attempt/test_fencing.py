"""Only the newest attempt of a running job can write."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from jobs import hold, lifecycle, steps
from jobs.failures import TIMED_OUT
from jobs.models import Job
from jobs.states import State
from tests.jobs.conftest import LEASE

WRITES: dict[str, Callable[[Job], object]] = {
    "renew": lambda job: hold.renew(job, LEASE),
    "report progress": lambda job: hold.report_progress(job, 99, "ghost"),
    "begin a step": lambda job: steps.begin(job, "ghost"),
    "finish a step": lambda job: steps.finish(job, "ghost", {}),
    "complete": lambda job: lifecycle.complete(job, {"text": "ghost"}),
    "fail": lambda job: lifecycle.fail(job, TIMED_OUT),
    "back off": lambda job: lifecycle.back_off(job, TIMED_OUT, wait=LEASE, excused=False),
    "snooze": lambda job: lifecycle.snooze(job, timedelta(0)),
    "hand back": lifecycle.hand_back,
    "end cancelled": lifecycle.end_cancelled,
}


def lose(job: Job) -> Job:
    """Let the attempt's lease run out, and another worker claim the job."""
    lifecycle.rescue(lifecycle.lost_attempt(job.pk, job.attempt), max_crashes=3, batch=1)
    second = lifecycle.claim(job.pk, job.attempt + 1, worker="w2", lease=LEASE)
    assert second is not None
    return second


@pytest.mark.parametrize("name", WRITES)
def test_a_superseded_attempt_writes_nothing(running: Job, name: str) -> None:
    second = lose(running)
    before = Job.objects.values().get(pk=second.pk)
    assert not WRITES[name](running)
    assert Job.objects.values().get(pk=second.pk) == before


@pytest.mark.parametrize("name", WRITES)
def test_an_ended_job_accepts_no_write(running: Job, name: str) -> None:
    assert lifecycle.complete(running, {"text": "mine"})
    before = Job.objects.values().get(pk=running.pk)
    assert not WRITES[name](running)
    assert Job.objects.values().get(pk=running.pk) == before


@pytest.mark.parametrize("name", WRITES)
def test_the_newest_attempt_writes(running: Job, name: str) -> None:
    assert WRITES[name](running)


def test_an_attempt_is_claimed_once(job: Job) -> None:
    assert lifecycle.claim(job.pk, 1, worker="w1", lease=LEASE)
    assert lifecycle.claim(job.pk, 1, worker="w2", lease=LEASE) is None
    assert lifecycle.claim(job.pk, 2, worker="w3", lease=LEASE) is None


def test_a_stale_message_claims_no_later_attempt(running: Job) -> None:
    lifecycle.rescue(lifecycle.lost_attempt(running.pk, 1), max_crashes=3, batch=1)
    assert lifecycle.claim(running.pk, 1, worker="w1", lease=LEASE) is None
    running.refresh_from_db()
    assert running.state == State.PENDING
