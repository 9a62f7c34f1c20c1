"""What beat does, every few seconds, so that nothing is lost and nothing stays. Any number may run.

Each function does one round in bounded batches and answers how many jobs it dealt with.
"""

import logging
import uuid
from datetime import timedelta

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Now

from jobs import answers, dispatch, endings, lifecycle, scheduling
from jobs.eventlog import Sql
from jobs.failures import TIMED_OUT
from jobs.models import Job
from jobs.states import TERMINAL, State

log = logging.getLogger(__name__)

BATCH = 500
"""Jobs a statement."""
IN_FLIGHT = timedelta(seconds=5)
"""A message younger than this may be on its way to a worker."""
STALE = timedelta(seconds=30)
"""A message older than this, of a queue that seems to miss a few, may be one of them."""
SLACK = 16
"""Messages that workers may have taken, and not yet claimed, while we count."""


def relay() -> int:
    """Fire schedules, promote jobs that are due, and publish what has no message."""
    endings.sweep()
    scheduling.fire_due()
    promoted = len(lifecycle.promote_due(BATCH))
    _mark_lost_messages()
    published = 0
    while jobs := _take_unpublished():
        refused = dispatch.offer_all(jobs)
        published += len(jobs) - refused
        if refused or len(jobs) < BATCH:
            break
    return promoted + published


def rescue() -> int:
    """Take running jobs from workers whose lease ran out, and end those past their hard end."""
    moved = _rescue(lifecycle.LEASE_RAN_OUT, batch=BATCH)
    return moved + len(_follow(lifecycle.fail_overrun(BATCH)))


def rescue_attempt(job_id: uuid.UUID, attempt: int) -> int:
    """Take a job from an attempt whose process is known to be gone, with the message it had."""
    moved = _rescue(lifecycle.lost_attempt(job_id, attempt), batch=1)
    unclaimed = Job.objects.filter(pk=job_id, state=State.PENDING, attempt=attempt - 1)
    return moved + unclaimed.update(published_at=None)


def end_overrun(job_id: uuid.UUID, attempt: int) -> int:
    """Fail a job whose attempt was killed at its hard time limit."""
    job = Job.objects.filter(pk=job_id, attempt=attempt).first()
    failed = lifecycle.fail(job, TIMED_OUT) if job is not None else None
    return len(_follow([failed] if failed else []))


def expire() -> int:
    """Fail jobs that have been pending for longer than their type allows."""
    return len(_follow(lifecycle.expire_overdue(BATCH)))


def purge() -> int:
    """Delete ended jobs whose retention has passed, with their log and steps, and old answers."""
    deleted = answers.purge()
    while True:
        over = Job.objects.filter(state__in=TERMINAL, expires_at__lte=Now())
        batch = list(over.order_by("expires_at").values_list("pk", flat=True)[:BATCH])
        if batch:
            Job.objects.filter(pk__in=batch, state__in=TERMINAL).delete()
        deleted += len(batch)
        if len(batch) < BATCH:
            return deleted


def lost_after(*, jobs: int, messages: int) -> timedelta | None:
    """Decide at what age a queue's messages count as lost, from its published pending jobs.

    `None` where every job has its message. A message too many is dropped by the worker that finds
    its job taken, so where messages are missing all of some age are published again.
    """
    if jobs <= messages:
        return None
    return IN_FLIGHT if messages == 0 or jobs - messages > SLACK else STALE


def _mark_lost_messages() -> None:
    published = Job.objects.filter(state=State.PENDING, published_at__isnull=False)
    for queue, jobs in published.order_by().values_list("queue").annotate(Count("pk")):
        messages = dispatch.queued(queue)
        age = None if messages is None else lost_after(jobs=jobs, messages=messages)
        if age is not None:
            lost = published.filter(queue=queue, published_at__lte=Now() - age)
            if marked := lost.update(published_at=None):
                log.warning("queue %s lost messages; offering %s jobs again", queue, marked)


def _take_unpublished() -> list[Job]:
    """Mark up to a batch of pending jobs without a message as published, and give them.

    Locked rows are passed over: another relay is publishing them.
    """
    return list(
        Job.objects.raw(
            """
            UPDATE jobs_job SET published_at = clock_timestamp() WHERE id IN (
                SELECT id FROM jobs_job WHERE state = 'pending' AND published_at IS NULL
                ORDER BY priority DESC, id LIMIT %s FOR UPDATE SKIP LOCKED
            ) RETURNING *
            """,
            [BATCH],
        )
    )


def _rescue(lost: Sql, *, batch: int) -> int:
    moved = lifecycle.rescue(lost, max_crashes=settings.JOBS_MAX_CRASHES, batch=batch)
    for job in _follow(moved):
        if job.state == State.PENDING:
            dispatch.offer_now(job)
    return len(moved)


def _follow(moved: list[Job]) -> list[Job]:
    for job in moved:
        endings.follow(job)
    return moved
