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


def rescue() -> int:
    """Take running jobs whose lease has expired, and fail those past their hard time limit."""
    with Round("rescue") as duties:
        rescued = duties.run("expired_leases", _rescue_expired)
        rescued += duties.run("overrun", _fail_overrun)
    return rescued


def rescue_process(worker: str, named: uuid.UUID) -> int:
    """Take the job that a lost process was running, whichever it was.

    `named` is the job in the message that the process had: the message is gone with the process.
    """
    rescued = _rescue(verbs.process_condition(worker), batch=1)
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
    size = MAX_JOBS_PER_STATEMENT
    return budget.repeat(lambda: _rescue(verbs.LEASE_EXPIRED, batch=size), size)


def _fail_overrun(budget: Budget) -> int:
    size = MAX_JOBS_PER_STATEMENT
    return budget.repeat(lambda: len(follow_up_all(verbs.fail_overrun(size))), size)


def _rescue(lost: Sql, *, batch: int) -> int:
    rescued = verbs.rescue(lost, max_crashes=settings.JOBS_MAX_CRASHES, batch=batch)
    follow_up_all(rescued)
    window.fill_all(job for job in rescued if job.state == State.PENDING)
    return len(rescued)
