"""What follows when a job has ended: its dependants are released, its batch may be finished."""

import uuid

from django.db import connection

from jobs import announcing, awaiting, dispatch, lifecycle, progress
from jobs.models import Job
from jobs.states import ACTIVE, RETRYABLE, State

BATCH = 500
"""Jobs a statement."""


def follow(job: Job) -> None:
    """Do what follows from the end of one job. Losing it costs seconds: the relay sweeps up."""
    dispatch.ring_for(job)
    if not job.is_terminal:
        return
    if job.batch_id is not None:
        progress.roll_up(job.batch_id)
    if job.state != State.COMPLETED:
        cancel_parts(job)
    if job.awaited:
        release_waiting()
    if job.batch_id is not None:
        finish_batches(job.batch_id)


def sweep() -> int:
    """Do what may have been missed, for all jobs."""
    return cancel_parts() + release_waiting() + finish_batches()


def cancel_parts(only: Job | None = None) -> int:
    """Cancel what still does the work of jobs, or of one, that have failed or were cancelled."""
    gone = {"batch__gathered_by": only} if only else {"batch__gathered_by__state__in": RETRYABLE}
    left = Job.objects.active().filter(cancel_requested_at=None, batch__finished_at=None, **gone)
    ended = [lifecycle.cancel(part, actor="") for part in left.values_list("pk", flat=True)]
    for job in filter(None, ended):
        dispatch.ring_for(job)
    if ended:
        finish_batches()
    return len(ended)


def release_waiting() -> int:
    """Let waiting jobs go on whose dependencies have ended, and what depends on those in turn."""
    released = 0
    while moved := awaiting.release(BATCH):
        released += len(moved)
        for job in moved:
            if job.state == State.PENDING:
                dispatch.offer_now(job)
        if any(job.batch_id for job in moved):
            finish_batches()
    return released


def finish_batches(only: uuid.UUID | None = None) -> int:
    """Note the end of batches, or of one, whose last job has ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH finished AS (
                UPDATE jobs_batch SET finished_at = clock_timestamp()
                WHERE finished_at IS NULL AND id = coalesce(%s, id) AND NOT EXISTS (
                    SELECT 1 FROM jobs_job WHERE batch_id = jobs_batch.id AND state = ANY (%s)
                ) RETURNING id, organization_id, gathered_by_id
            )
            SELECT count(*), sum({announcing.of_batches("finished")}) FROM finished
            """,  # noqa: S608  # the statement has no parts but ours
            [only, sorted(ACTIVE)],
        )
        finished, announced = cursor.fetchone()
    if announced:
        dispatch.ring()
    return int(finished)
