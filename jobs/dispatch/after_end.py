"""What follows the end of a job: dependants are released, and batches finished."""

import logging
import uuid
from collections.abc import Callable, Iterable

from django.db import Error as DatabaseError
from django.db import connection, transaction

from jobs.attempt import progress
from jobs.dispatch import publish, run_limits, window
from jobs.lifecycle import dependencies, verbs, webhook_outbox
from jobs.models import Job
from jobs.models.states import ACTIVE, RETRYABLE, State

log = logging.getLogger(__name__)

MAX_RELEASED_JOBS = 500
"""Jobs per statement."""
MAX_CANCELLED_PARTS = 100
"""Parts per transaction."""


def follow_up(job: Job) -> None:
    """Do what follows the end of one job. Best effort: the relay repeats it within seconds."""
    publish.request_delivery_of(job)
    if job.limit_keys and job.state != State.RUNNING:
        run_limits.unblock(job.limit_keys)
    if not job.is_terminal:
        return
    if job.parent_id is not None:
        progress.roll_up_parts(job.parent_id)
    if job.state != State.COMPLETED:
        cancel_parts(job)
    if job.has_dependants:
        release_waiting()
    if job.batch_id is not None:
        finish_batches(job.batch_id)


def follow_up_all(jobs: Iterable[Job]) -> list[Job]:
    """Do what follows the end of each job, and return the jobs. One failure stops no other."""
    ended = list(jobs)
    for job in ended:
        try:
            follow_up(job)
        except DatabaseError:
            log.exception("the follow-up of job %s failed, the relay repeats it", job.pk)
    return ended


def sweep() -> int:
    """Repeat for all jobs what a process that died may have missed."""
    return cancel_parts() + release_waiting() + finish_batches()


def cancel_parts(parent: Job | None = None) -> int:
    """Cancel active parts of failed and cancelled jobs, or those of one such job; return how many.

    Cancels at most `MAX_CANCELLED_PARTS` of all jobs, and skips parts that are locked.
    """
    gone = {"parent__state__in": RETRYABLE} if parent is None else {"parent": parent}
    parts = Job.objects.active().filter(cancel_requested_at=None, **gone)
    if parent is not None:
        cancelled = [verbs.cancel(part) for part in parts.values_list("pk", flat=True)]
    else:
        with transaction.atomic():
            free = parts.select_for_update(skip_locked=True, of=("self",))
            found = list(free.values_list("pk", flat=True)[:MAX_CANCELLED_PARTS])
            cancelled = [verbs.cancel(part) for part in found]
    for job in filter(None, cancelled):
        publish.request_delivery_of(job)
    if cancelled:
        finish_batches()
    return len(cancelled)


def release_waiting(may_continue: Callable[[], bool] = lambda: True) -> int:
    """Release waiting jobs whose dependencies have ended, then the jobs that depend on those.

    Stops after a batch if `may_continue` returns false.
    """
    count = 0
    while released := dependencies.release(MAX_RELEASED_JOBS):
        count += len(released)
        window.fill_all(job for job in released if job.state == State.PENDING)
        if any(job.batch_id for job in released):
            finish_batches()
        if not may_continue():
            break
    return count


def finish_batches(batch_id: uuid.UUID | None = None) -> int:
    """Record the end of one batch, or of any batch, whose last job has ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH finished AS (
                UPDATE jobs_batch SET finished_at = clock_timestamp()
                WHERE finished_at IS NULL AND id = ANY (ARRAY(
                    SELECT id FROM jobs_batch AS ended
                    WHERE finished_at IS NULL AND id = coalesce(%s, id) AND NOT EXISTS (
                        SELECT FROM jobs_job WHERE batch_id = ended.id AND state = ANY (%s)
                    ) FOR UPDATE SKIP LOCKED
                )) RETURNING id, organization_id
            )
            SELECT count(*), sum({webhook_outbox.batch_deliveries("finished")}) FROM finished
            """,  # noqa: S608  # built from constants only
            [batch_id, sorted(ACTIVE)],
        )
        finished, stored_deliveries = cursor.fetchone()
    if stored_deliveries:
        publish.request_delivery()
    return int(finished)
