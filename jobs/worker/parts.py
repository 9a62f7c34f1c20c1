"""Fan-out: a job splits its work into parts, which are jobs of its type that run in parallel.

The job waits for its parts like for any dependency, without a worker, and then reads their outputs.
See docs/decisions/0018-fan-out-as-dependencies.md.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from jobs.attempt import progress
from jobs.dispatch import after_end, publish, window
from jobs.lifecycle import dependencies, verbs
from jobs.models import Batch, Dependency, Job
from jobs.models.clock import database_clock
from jobs.models.states import State

PENDING_TIMEOUT = timedelta(days=1)
"""Maximum time of a part in `pending`. It waits behind the other parts of its job."""
PART_LABEL = "part"
"""Label that shows the number of a part to users. The code reads `Job.part_number`."""


def split(job: Job, inputs: Sequence[Mapping[str, Any]]) -> Job | None:
    """Make a running attempt's job wait for its parts, which are stored only once.

    In one transaction: either the job waits and its parts exist, or nothing has changed. `None` if
    the attempt no longer owns the job.
    """
    with transaction.atomic():
        batch = Batch.objects.filter(jobs__parent=job).first()
        parts_exist = batch is not None
        if batch is None:
            batch = Batch(
                organization_id=job.organization_id, owner_id=job.owner_id, total=len(inputs)
            )
        waiting = dependencies.split(job, batch.pk)
        if waiting is None:
            return None
        if waiting.cancel_requested_at is not None:
            return verbs.cancel(job.pk)
        if not parts_exist:
            _store(job, batch, inputs)
    progress.roll_up_parts(job.pk)  # if the job was retried, some parts have ended
    after_end.release_waiting()  # all parts may have ended already
    return waiting


def _store(job: Job, batch: Batch, inputs: Sequence[Mapping[str, Any]]) -> None:
    batch.save(force_insert=True)
    parts = [_part(job, batch, number, data) for number, data in enumerate(inputs, start=1)]
    verbs.submit(parts, actor=job.owner.get_username(), windows=window.sizes_of([job.queue]))
    Dependency.objects.bulk_create(Dependency(job=job, depends_on=part) for part in parts)
    published = [part for part in parts if part.published_at is not None]
    transaction.on_commit(lambda: publish.publish_jobs(published))


def _part(job: Job, batch: Batch, number: int, input: Mapping[str, Any]) -> Job:
    """Build a part: with the options of its parent, and one priority lower."""
    now = database_clock.now()
    return Job(
        organization_id=job.organization_id,
        owner_id=job.owner_id,
        batch=batch,
        parent=job,
        part_number=number,
        type=job.type,
        queue=job.queue,
        priority=max(0, job.priority - 1),
        state=State.PENDING,
        input=dict(input),
        labels={**job.labels, PART_LABEL: str(number)},
        subject=job.subject,
        has_dependants=True,
        limit_keys=job.limit_keys,
        max_attempts=job.max_attempts,
        timeout=job.timeout,
        grace=job.grace,
        pending_timeout=PENDING_TIMEOUT,
        keep_completed=job.keep_completed,
        keep_failed=job.keep_failed,
        run_at=now,
        pending_until=now + PENDING_TIMEOUT,
    )
