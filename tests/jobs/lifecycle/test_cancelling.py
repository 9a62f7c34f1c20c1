"""Cancel and retry."""

import pytest

from jobs import testing
from jobs.attempt import fenced_writes
from jobs.errors import WrongState
from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.models.states import State
from jobs.submission.control import cancel_job, retry_job


def test_a_job_that_has_not_started_is_cancelled_at_once(job: Job) -> None:
    assert cancel_job(job, actor="olga").state == State.CANCELLED
    assert verbs.claim(job.pk, 1, worker="w", lease=job.timeout) is None


def test_a_running_job_gets_a_request_to_cancel(running: Job) -> None:
    asked = cancel_job(running, actor="olga")
    assert (asked.state, asked.cancel_requested_at is not None) == (State.RUNNING, True)
    held = fenced_writes.renew_lease(running, running.timeout)
    assert held is not None
    assert held.cancel_requested


def test_a_second_cancel_is_no_error(running: Job) -> None:
    cancel_job(running, actor="olga")
    cancel_job(running, actor="tariq")
    assert running.events.filter(kind="cancel_requested").count() == 1
    verbs.end_cancelled(running)
    assert cancel_job(running, actor="olga").state == State.CANCELLED


def test_a_completed_job_cannot_be_cancelled_or_retried(job: Job) -> None:
    done = testing.run(job)
    with pytest.raises(WrongState):
        cancel_job(done, actor="olga")
    with pytest.raises(WrongState):
        retry_job(done, actor="olga")


def test_a_retried_job_gets_all_its_attempts_back(job: Job) -> None:
    cancel_job(job, actor="olga")
    again = retry_job(job, actor="olga")
    assert (again.state, again.counted_attempt, again.crashes) == (State.PENDING, 0, 0)
    assert again.cancel_requested_at is None
    assert testing.run(again).state == State.COMPLETED


def test_a_pending_job_cannot_be_retried(job: Job) -> None:
    with pytest.raises(WrongState):
        retry_job(job, actor="olga")
