"""Work that a job splits among parts: jobs of its type that run beside each other.

The job waits for them as for any that it depends on, without a worker, and gathers what they came
to. See docs/decisions/0018-fan-out-as-dependencies.md.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.attempt import progress
from jobs.context import PART
from jobs.dispatch import after_end, publish
from jobs.lifecycle import dependencies, verbs
from jobs.models import Batch, Dependency, Job
from jobs.models.states import State
from jobs.submission.submit import MAX_IMMEDIATE_PUBLISHES

PATIENCE = timedelta(days=1)
"""How long a part may be pending: it waits behind its sisters."""


def split(job: Job, inputs: Sequence[Mapping[str, Any]]) -> Job | None:
    """Let a running attempt's job wait for parts, which are stored once, whatever dies when.

    `None` if the attempt no longer has the job. One transaction: either the job waits and its
    parts are there, or nothing has happened.
    """
    with transaction.atomic():
        batch = _batch(job, len(inputs))
        waiting = dependencies.split(job, batch.pk)
        if waiting is None:
            return None
        if waiting.cancel_requested_at is not None:
            return verbs.cancel(job.pk)
        if batch._state.adding:
            _store(job, batch, inputs)
    progress.roll_up(batch.pk)  # of a job that was retried, some have ended
    after_end.release_waiting()  # they may all have ended already
    return waiting


def _batch(job: Job, total: int) -> Batch:
    """Give the batch of a job's parts; a new one, not yet stored, where there is none."""
    return Batch.objects.filter(gathered_by=job).first() or Batch(
        organization_id=job.organization_id, owner_id=job.owner_id, total=total, gathered_by=job
    )


def _store(job: Job, batch: Batch, inputs: Sequence[Mapping[str, Any]]) -> None:
    batch.save(force_insert=True)
    parts = [_part(job, batch, number, its) for number, its in enumerate(inputs, start=1)]
    for part in parts[:MAX_IMMEDIATE_PUBLISHES]:
        part.published_at = timezone.now()
    verbs.submit(parts, actor=job.owner.get_username())
    Dependency.objects.bulk_create(Dependency(job=job, parent=part) for part in parts)
    transaction.on_commit(lambda: publish.offer_all(parts[:MAX_IMMEDIATE_PUBLISHES]))


def _part(job: Job, batch: Batch, number: int, input: Mapping[str, Any]) -> Job:
    """Make a part: on the terms of its job, one step behind it in the queue."""
    now = timezone.now()
    return Job(
        organization_id=job.organization_id,
        owner_id=job.owner_id,
        batch=batch,
        type=job.type,
        queue=job.queue,
        priority=max(0, job.priority - 1),
        state=State.PENDING,
        input=dict(input),
        labels={**job.labels, PART: str(number)},
        subject=job.subject,
        awaited=True,
        max_attempts=job.max_attempts,
        timeout=job.timeout,
        grace=job.grace,
        pending_timeout=PATIENCE,
        keep_completed=job.keep_completed,
        keep_failed=job.keep_failed,
        run_at=now,
        pending_until=now + PATIENCE,
    )
