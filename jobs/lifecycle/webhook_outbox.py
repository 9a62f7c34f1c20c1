"""Which events webhooks are told of, and the SQL that stores the deliveries.

It is part of the statement that does what is told, so no event is lost or doubled, whatever dies
when. The function `jobs_announce` (in the migrations) keeps its plans: where nobody wants to be
told it costs one look into a small index. See
docs/decisions/0009-webhook-outbox-in-a-database-function.md.
"""

from enum import StrEnum

from jobs.models.states import Event


class EventType(StrEnum):
    """What webhooks may be told of."""

    JOB_STARTED = "job.started"
    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    JOB_CANCELLED = "job.cancelled"
    BATCH_COMPLETED = "batch.completed"


OF_JOBS = tuple(sorted(set(EventType) - {EventType.BATCH_COMPLETED}))

_TYPES: dict[Event, EventType] = {
    Event.STARTED: EventType.JOB_STARTED,
    Event.COMPLETED: EventType.JOB_COMPLETED,
    Event.FAILED: EventType.JOB_FAILED,
    Event.EXPIRED: EventType.JOB_FAILED,
    Event.CANCELLED: EventType.JOB_CANCELLED,
}

IS_PART = "EXISTS (SELECT FROM jobs_batch WHERE id = batch_id AND gathered_by_id IS NOT NULL)"
"""Of a row of jobs, or one that has its columns: whether it does the work of another."""


def of_jobs(kind: Event) -> str:
    """Give the expression that stores and counts the deliveries of the row in `noted`.

    Nobody is told of a part: who submitted one job is told of one job.
    """
    if kind not in _TYPES:
        return "0"
    told = _announce(_TYPES[kind], "noted", number="noted.log_number")
    return f"CASE WHEN {IS_PART} THEN 0 ELSE {told} END"


def of_batches(rows: str) -> str:
    """Give the expression that stores and counts the deliveries of the batch in `rows`.

    It has the batch's `gathered_by_id`: nobody is told of the parts of a job.
    """
    told = _announce(EventType.BATCH_COMPLETED, rows, number="'end'")
    return f"CASE WHEN {rows}.gathered_by_id IS NULL THEN {told} ELSE 0 END"


def _announce(what: EventType, row: str, *, number: str) -> str:
    return f"jobs_announce('{what}', {row}.organization_id, {row}.id, {row}.id || '-' || {number})"
