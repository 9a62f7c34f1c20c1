"""Cancel and retry jobs."""

from collections.abc import Iterable

from django.db import transaction

from jobs.dispatch import after_end, window
from jobs.errors import LimitReached, WrongState
from jobs.lifecycle import verbs
from jobs.models import Batch, Job
from jobs.models.states import ACTIVE, RETRYABLE, State
from jobs.submission import admission

MAX_RETRIED_JOBS = 500
"""Per request of a bulk retry; the next request retries the rest."""


def cancel_job(job: Job, *, actor: str) -> Job:
    """Cancel a job, or request it of its running attempt; raise `WrongState` if it has ended."""
    cancelled = verbs.cancel(job.pk, actor=actor)
    if cancelled is None:
        job.refresh_from_db()
        if job.state == State.CANCELLED:
            return job  # idempotent
        raise WrongState(f"The job has already ended ({job.state}) and cannot be cancelled.")
    transaction.on_commit(lambda: after_end.follow_up(cancelled))
    return cancelled


def cancel_batch(batch: Batch, *, actor: str) -> None:
    """Cancel every job of a batch that has not ended."""
    for job_id in batch.jobs.filter(state__in=ACTIVE).values_list("pk", flat=True):
        verbs.cancel(job_id, actor=actor)
    transaction.on_commit(after_end.sweep)


def retry_job(job: Job, *, actor: str) -> Job:
    """Retry a failed or cancelled job, with its parts; it counts against limits like a new job.

    Raises `WrongState` for any other state, or if a dependency has failed, and `LimitReached`.
    """
    with transaction.atomic():
        if job.parent_id is None:
            admission.check_retry(job)
        retried = verbs.retry(job.pk, actor=actor)
        Batch.objects.filter(jobs=retried.pk).update(finished_at=None)
        retry_jobs(Job.objects.parts_of(job).filter(state__in=RETRYABLE), actor=actor)
    transaction.on_commit(lambda: window.fill(retried.queue))
    return retried


def retry_jobs(jobs: Iterable[Job], *, actor: str) -> int:
    """Retry failed and cancelled jobs, oldest first; return how many.

    Jobs over a limit, and those that depend on a failed job, are left out. Raises `LimitReached` if
    a limit leaves none.
    """
    count = 0
    reached: LimitReached | None = None
    for job in jobs:
        try:
            retry_job(job, actor=actor)
        except WrongState:
            continue  # another process was first, or a dependency has failed
        except LimitReached as error:
            reached = error
            continue
        count += 1
    if reached is not None and not count:
        raise reached
    return count
