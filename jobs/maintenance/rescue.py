"""Rescue: take jobs from attempts that are lost or past their time limit."""

import uuid

from django.conf import settings

from jobs.dispatch import publish
from jobs.dispatch.after_end import follow_up_all
from jobs.lifecycle import verbs
from jobs.lifecycle.eventlog import Sql
from jobs.lifecycle.failures import TIMED_OUT
from jobs.maintenance.relay import MAX_JOBS_PER_STATEMENT
from jobs.models import Job
from jobs.models.states import State


def rescue() -> int:
    """Take running jobs whose lease has expired, and fail those past their hard time limit."""
    rescued = _rescue(verbs.LEASE_EXPIRED, batch=MAX_JOBS_PER_STATEMENT)
    return rescued + len(follow_up_all(verbs.fail_overrun(MAX_JOBS_PER_STATEMENT)))


def rescue_attempt(job_id: uuid.UUID, attempt: int) -> int:
    """Take a job from an attempt whose process is known to be gone.

    If the attempt was not yet claimed, its message is gone with the process: publish it again.
    """
    rescued = _rescue(verbs.attempt_condition(job_id, attempt), batch=1)
    unclaimed = Job.objects.filter(pk=job_id, state=State.PENDING, attempt=attempt - 1)
    return rescued + unclaimed.update(published_at=None)


def end_overrun(job_id: uuid.UUID, attempt: int) -> int:
    """Fail a job whose attempt was killed at its hard time limit."""
    job = Job.objects.filter(pk=job_id, attempt=attempt).first()
    failed = verbs.fail(job, TIMED_OUT) if job is not None else None
    return len(follow_up_all([failed] if failed else []))


def _rescue(lost: Sql, *, batch: int) -> int:
    rescued = verbs.rescue(lost, max_crashes=settings.JOBS_MAX_CRASHES, batch=batch)
    for job in follow_up_all(rescued):
        if job.state == State.PENDING:
            publish.publish_pending(job)
    return len(rescued)
