"""Take jobs back from attempts that are lost or past their time limit."""

import uuid

from django.conf import settings

from jobs.dispatch import publish
from jobs.dispatch.after_end import follow_all
from jobs.lifecycle import verbs
from jobs.lifecycle.eventlog import Sql
from jobs.lifecycle.failures import TIMED_OUT
from jobs.maintenance.relay import BATCH
from jobs.models import Job
from jobs.models.states import State


def rescue() -> int:
    """Take running jobs from workers whose lease ran out, and end those past their hard end."""
    moved = _rescue(verbs.LEASE_RAN_OUT, batch=BATCH)
    return moved + len(follow_all(verbs.fail_overrun(BATCH)))


def rescue_attempt(job_id: uuid.UUID, attempt: int) -> int:
    """Take a job from an attempt whose process is known to be gone, with the message it had."""
    moved = _rescue(verbs.lost_attempt(job_id, attempt), batch=1)
    unclaimed = Job.objects.filter(pk=job_id, state=State.PENDING, attempt=attempt - 1)
    return moved + unclaimed.update(published_at=None)


def end_overrun(job_id: uuid.UUID, attempt: int) -> int:
    """Fail a job whose attempt was killed at its hard time limit."""
    job = Job.objects.filter(pk=job_id, attempt=attempt).first()
    failed = verbs.fail(job, TIMED_OUT) if job is not None else None
    return len(follow_all([failed] if failed else []))


def _rescue(lost: Sql, *, batch: int) -> int:
    moved = verbs.rescue(lost, max_crashes=settings.JOBS_MAX_CRASHES, batch=batch)
    for job in follow_all(moved):
        if job.state == State.PENDING:
            publish.offer_now(job)
    return len(moved)
