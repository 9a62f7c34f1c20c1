"""Jobs whose worker is gone."""

from collections.abc import Callable

from django.db.models.functions import Now

from jobs.attempt import fenced_writes
from jobs.lifecycle import verbs
from jobs.maintenance import rescue
from jobs.models import Job
from jobs.models.states import State
from jobs.redis import heartbeats
from jobs.redis.client import get_client
from tests.jobs.conftest import LEASE


def run_out(job: Job) -> None:
    """Let the lease of a running job run out."""
    Job.objects.filter(pk=job.pk).update(lease_expires_at=Now())


def claim(job: Job) -> Job:
    job.refresh_from_db()
    claimed = verbs.claim(job.pk, job.attempt + 1, worker="w", lease=LEASE)
    assert claimed is not None
    return claimed


def test_a_job_with_an_expired_lease_is_pending_again(running: Job) -> None:
    run_out(running)
    assert rescue.rescue() == 1
    running.refresh_from_db()
    assert (running.state, running.crashes) == (State.PENDING, 1)
    assert running.events.latest("number").kind == "rescued"


def test_the_cause_is_kept_while_the_job_runs_again(running: Job) -> None:
    assert rescue.rescue_process("w1", running.pk, cause="It exited with code 3.") == 1
    running.refresh_from_db()
    expected = {"code": "worker_lost", "message": "It exited with code 3.", "attempt": 1}
    assert running.error == {**expected, "retryable": True}
    event = running.events.latest("number")
    assert event.data["error"]["message"] == "It exited with code 3."


def test_a_blocked_process_of_a_responding_worker_is_no_lost_machine(job: Job) -> None:
    get_client().delete(heartbeats.WORKERS)
    for responds in (False, True):
        claimed = verbs.claim(job.pk, int(responds) + 1, worker="worker@h/7", lease=LEASE)
        assert claimed is not None
        if responds:
            heartbeats.record_worker("worker@h", ["default"], 1)
        run_out(claimed)
        rescue.rescue()
        job.refresh_from_db()
        assert ("hold the interpreter" in job.error["message"]) == responds
        assert ("does not respond" in job.error["message"]) != responds


def test_a_renewed_lease_is_left_alone(running: Job) -> None:
    run_out(running)
    assert fenced_writes.renew_lease(running, LEASE)
    assert rescue.rescue() == 0


def test_a_job_that_kills_three_workers_is_quarantined(make_job: Callable[..., Job]) -> None:
    job = make_job("deadly")
    for _ in range(3):
        run_out(claim(job))
        assert rescue.rescue() == 1
    job.refresh_from_db()
    assert (job.state, job.error["code"]) == (State.FAILED, "worker_lost")
    assert (job.error["attempt"], job.crashes, job.max_attempts) == (3, 3, 9)


def test_a_job_without_attempts_left_fails(running: Job) -> None:
    Job.objects.filter(pk=running.pk).update(max_attempts=1)
    run_out(running)
    rescue.rescue()
    running.refresh_from_db()
    assert (running.state, running.error["code"]) == (State.FAILED, "worker_lost")


def test_a_lost_job_with_a_cancel_request_is_cancelled(running: Job) -> None:
    verbs.cancel(running.pk)
    run_out(running)
    rescue.rescue()
    running.refresh_from_db()
    assert running.state == State.CANCELLED


def test_a_job_past_its_hard_time_limit_fails_despite_a_renewed_lease(running: Job) -> None:
    Job.objects.filter(pk=running.pk).update(running_until=Now())
    assert rescue.rescue() == 1
    running.refresh_from_db()
    assert (running.state, running.error["code"]) == (State.FAILED, "timeout")
