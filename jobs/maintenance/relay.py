"""What beat does, every few seconds, so that nothing is lost and nothing stays. Any number may run.

Each function does one round in bounded batches and answers how many jobs it dealt with.
"""

import logging
from datetime import timedelta

from django.db.models import Count
from django.db.models.functions import Now

from jobs.dispatch import after_end, publish
from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.models.pauses import IS_PAUSED
from jobs.models.states import State
from jobs.submission import schedules

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
    after_end.sweep()
    schedules.fire_due()
    promoted = len(verbs.promote_due(BATCH))
    _mark_lost_messages()
    published = 0
    while jobs := _take_unpublished():
        refused = publish.offer_all(jobs)
        published += len(jobs) - refused
        if refused or len(jobs) < BATCH:
            break
    return promoted + published


def lost_after(*, jobs: int, messages: int) -> timedelta | None:
    """Decide at what age a queue's messages count as lost, from its published pending jobs.

    `None` where every job has its message. A message too many is dropped by the worker that finds
    its job taken, so where messages are missing all of some age are published again.
    """
    if jobs <= messages:
        return None
    return IN_FLIGHT if messages == 0 or jobs - messages > SLACK else STALE


def _mark_lost_messages() -> None:
    # The message of a paused job is dropped by the worker that gets it: none is missing.
    published = Job.objects.not_paused().filter(state=State.PENDING, published_at__isnull=False)
    for queue, jobs in published.order_by().values_list("queue").annotate(Count("pk")):
        messages = publish.queued(queue)
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
            f"""
            UPDATE jobs_job SET published_at = clock_timestamp() WHERE id IN (
                SELECT id FROM jobs_job WHERE state = 'pending' AND published_at IS NULL
                AND NOT {IS_PAUSED}
                ORDER BY priority DESC, id LIMIT %s FOR UPDATE SKIP LOCKED
            ) RETURNING *
            """,  # noqa: S608  # a constant condition
            [BATCH],
        )
    )
