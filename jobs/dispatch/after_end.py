"""What follows when a job has ended: its dependants are released, its batch may be finished."""

import uuid
from collections.abc import Iterable

from django.db import connection

from jobs.attempt import progress
from jobs.dispatch import publish
from jobs.lifecycle import dependencies, verbs, webhook_outbox
from jobs.models import Job
from jobs.models.states import ACTIVE, RETRYABLE, State

BATCH = 500
"""Jobs a statement."""


def follow(job: Job) -> None:
    """Do what follows from the end of one job. Losing it costs seconds: the relay sweeps up."""
    publish.ring_for(job)
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


def follow_all(jobs: Iterable[Job]) -> list[Job]:
    """Do what follows from the end of each job, and return the jobs."""
    followed = list(jobs)
    for job in followed:
        follow(job)
    return followed


def sweep() -> int:
    """Do what may have been missed, for all jobs."""
    return cancel_parts() + release_waiting() + finish_batches()


def cancel_parts(only: Job | None = None) -> int:
    """Cancel what still does the work of jobs, or of one, that have failed or were cancelled."""
    gone = {"batch__gathered_by": only} if only else {"batch__gathered_by__state__in": RETRYABLE}
    left = Job.objects.active().filter(cancel_requested_at=None, batch__finished_at=None, **gone)
    ended = [verbs.cancel(part, actor="") for part in left.values_list("pk", flat=True)]
    for job in filter(None, ended):
        publish.ring_for(job)
    if ended:
        finish_batches()
    return len(ended)


def release_waiting() -> int:
    """Let waiting jobs go on whose dependencies have ended, and what depends on those in turn."""
    released = 0
    while moved := dependencies.release(BATCH):
        released += len(moved)
        for job in moved:
            if job.state == State.PENDING:
                publish.offer_now(job)
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
            SELECT count(*), sum({webhook_outbox.of_batches("finished")}) FROM finished
            """,  # noqa: S608  # the statement has no parts but ours
            [only, sorted(ACTIVE)],
        )
        finished, announced = cursor.fetchone()
    if announced:
        publish.ring()
    return int(finished)
