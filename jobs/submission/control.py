"""Cancel jobs and start them again."""

from collections.abc import Iterable

from django.db import transaction

from jobs.dispatch import after_end, publish
from jobs.errors import WrongState
from jobs.lifecycle import verbs
from jobs.models import Batch, Job
from jobs.models.states import ACTIVE, RETRYABLE, State


def cancel_job(job: Job, *, actor: str) -> Job:
    """Cancel a job, or ask its running attempt to stop; raise `WrongState` if it has ended."""
    found = verbs.cancel(job.pk, actor=actor)
    if found is None:
        job.refresh_from_db()
        if job.state == State.CANCELLED:
            return job  # twice is no error
        raise WrongState(f"The job has already ended ({job.state}) and cannot be cancelled.")
    transaction.on_commit(lambda: after_end.follow(found))
    return found


def cancel_batch(batch: Batch, *, actor: str) -> None:
    """Cancel every job of a batch that has not ended."""
    for job_id in batch.jobs.filter(state__in=ACTIVE).values_list("pk", flat=True):
        verbs.cancel(job_id, actor=actor)
    transaction.on_commit(after_end.sweep)


def retry_job(job: Job, *, actor: str) -> Job:
    """Start a failed or cancelled job again, with its parts; raise `WrongState` for any other."""
    with transaction.atomic():
        found = verbs.retry(job.pk, actor=actor)
        Batch.objects.filter(jobs=found.pk).update(finished_at=None)
        retry_jobs(Job.objects.parts_of(job).filter(state__in=RETRYABLE), actor=actor)
    transaction.on_commit(lambda: publish.offer_now(found))
    return found


def retry_jobs(jobs: Iterable[Job], *, actor: str) -> int:
    """Start jobs again that have failed or were cancelled; answer how many it was."""
    retried = 0
    for job in jobs:
        try:
            retry_job(job, actor=actor)
        except WrongState:
            continue  # somebody else was first
        retried += 1
    return retried
