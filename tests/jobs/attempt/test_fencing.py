"""Only the newest attempt of a running job can write."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from jobs.attempt import fenced_writes, steps
from jobs.lifecycle import verbs
from jobs.lifecycle.eventlog import Sql
from jobs.lifecycle.failures import TIMED_OUT
from jobs.models import Job
from jobs.models.states import State
from tests.jobs.conftest import LEASE

WRITES: dict[str, Callable[[Job], object]] = {
    "renew": lambda job: fenced_writes.renew_lease(job, LEASE),
    "report progress": lambda job: fenced_writes.store_progress(job, 99, "ghost"),
    "begin a step": lambda job: steps.begin(job, "ghost"),
    "finish a step": lambda job: steps.finish(job, "ghost", {}),
    "complete": lambda job: verbs.complete(job, {"text": "ghost"}),
    "fail": lambda job: verbs.fail(job, TIMED_OUT),
    "back off": lambda job: verbs.back_off(job, TIMED_OUT, wait=LEASE, uncounted=False),
    "snooze": lambda job: verbs.snooze(job, timedelta(0)),
    "hand back": verbs.hand_back,
    "end cancelled": verbs.end_cancelled,
}


def lose(job: Job) -> Job:
    """Let the attempt's lease run out, and another worker claim the job."""
    verbs.rescue(Sql("id = %s AND attempt = %s", (job.pk, job.attempt)), max_crashes=3, batch=1)
    second = verbs.claim(job.pk, job.attempt + 1, worker="w2", lease=LEASE)
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
    assert verbs.complete(running, {"text": "mine"})
    before = Job.objects.values().get(pk=running.pk)
    assert not WRITES[name](running)
    assert Job.objects.values().get(pk=running.pk) == before


@pytest.mark.parametrize("name", WRITES)
def test_the_newest_attempt_writes(running: Job, name: str) -> None:
    assert WRITES[name](running)


def test_an_attempt_is_claimed_once(job: Job) -> None:
    assert verbs.claim(job.pk, 1, worker="w1", lease=LEASE)
    assert verbs.claim(job.pk, 1, worker="w2", lease=LEASE) is None
    assert verbs.claim(job.pk, 2, worker="w3", lease=LEASE) is None


def test_a_stale_message_claims_no_later_attempt(running: Job) -> None:
    verbs.rescue(Sql("id = %s AND attempt = %s", (running.pk, 1)), max_crashes=3, batch=1)
    assert verbs.claim(running.pk, 1, worker="w1", lease=LEASE) is None
    running.refresh_from_db()
    assert running.state == State.PENDING
