"""Rescue: take jobs from attempts that are lost or past their time limit."""

import uuid

from django.conf import settings

from jobs.dispatch import window
from jobs.dispatch.after_end import follow_up_all
from jobs.lifecycle import verbs
from jobs.lifecycle.eventlog import Sql
from jobs.lifecycle.failures import TIMED_OUT
from jobs.maintenance.duties import Budget, Round
from jobs.maintenance.relay import MAX_JOBS_PER_STATEMENT
from jobs.models import Job
from jobs.models.states import State
from jobs.redis import heartbeats

BLOCKED = (
    "The worker process did not renew its lease for {lease:g} s, although its worker responds: a "
    "call of a C library can hold the interpreter for so long."
)
GONE = "The worker did not renew its lease and does not respond: its machine may be lost."


def rescue() -> int:
    """Take running jobs whose lease has expired, and fail those past their hard time limit."""
    with Round("rescue") as duties:
        rescued = duties.run("expired_leases", _rescue_expired)
        rescued += duties.run("overrun", _fail_overrun)
    return rescued


def rescue_process(worker: str, named: uuid.UUID, *, cause: str = verbs.LOST) -> int:
    """Take the job that a lost process was running, whichever it was; `cause` says why it was lost.

    `named` is the job in the message that the process had: the message is gone with the process.
    """
    rescued = _rescue(verbs.process_condition(worker), cause, batch=1)
    unclaimed = Job.objects.filter(pk=named, state=State.PENDING)
    if unclaimed.update(published_at=None):
        window.fill_all(unclaimed)
    return rescued


def end_overrun(worker: str) -> int:
    """Fail the job of a process that was killed at the hard time limit of its message."""
    running = Job.objects.filter(state=State.RUNNING, worker=worker)
    failed = [verbs.fail(job, TIMED_OUT) for job in running]
    return len(follow_up_all(filter(None, failed)))


def _rescue_expired(budget: Budget) -> int:
    size, lease = MAX_JOBS_PER_STATEMENT, settings.JOBS_LEASE.total_seconds()
    rescued = 0
    if workers := heartbeats.read_responding(within=lease / 2):
        responding, blocked = verbs.lease_expired_of(workers), BLOCKED.format(lease=lease)
        rescued = budget.repeat(lambda: _rescue(responding, blocked, batch=size), size)
    return rescued + budget.repeat(lambda: _rescue(verbs.LEASE_EXPIRED, GONE, batch=size), size)


def _fail_overrun(budget: Budget) -> int:
    size = MAX_JOBS_PER_STATEMENT
    return budget.repeat(lambda: len(follow_up_all(verbs.fail_overrun(size))), size)


def _rescue(lost: Sql, cause: str, *, batch: int) -> int:
    rescued = verbs.rescue(lost, cause=cause, max_crashes=settings.JOBS_MAX_CRASHES, batch=batch)
    follow_up_all(rescued)
    window.fill_all(job for job in rescued if job.state == State.PENDING)
    return len(rescued)
