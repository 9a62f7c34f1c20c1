"""The webhook outbox: SQL that stores deliveries in the same statement as the event they report.

No event is lost or duplicated, whenever a process dies. The database function
`jobs_store_deliveries` (see the migrations) keeps its query plans; for organizations without
webhooks, it costs one lookup in a small index. See
docs/decisions/0009-webhook-outbox-in-a-database-function.md.
"""

from enum import StrEnum

from jobs.models.states import Event


class EventType(StrEnum):
    """Types of events that webhooks can receive."""

    JOB_STARTED = "job.started"
    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    JOB_CANCELLED = "job.cancelled"
    BATCH_COMPLETED = "batch.completed"


JOB_EVENT_TYPES = tuple(sorted(set(EventType) - {EventType.BATCH_COMPLETED}))

_TYPES: dict[Event, EventType] = {
    Event.STARTED: EventType.JOB_STARTED,
    Event.COMPLETED: EventType.JOB_COMPLETED,
    Event.FAILED: EventType.JOB_FAILED,
    Event.EXPIRED: EventType.JOB_FAILED,
    Event.CANCELLED: EventType.JOB_CANCELLED,
}


def job_deliveries(kind: Event) -> str:
    """Return an SQL expression that stores, and counts, the deliveries of the job in `noted`.

    Parts have no deliveries: whoever submitted one job receives the events of one job.
    """
    if kind not in _TYPES:
        return "0"
    stored = _store(_TYPES[kind], "noted", suffix="noted.log_number")
    return f"CASE WHEN noted.parent_id IS NULL THEN {stored} ELSE 0 END"


def batch_deliveries(rows: str) -> str:
    """Return an SQL expression that stores, and counts, the deliveries of the batch in `rows`.

    The batch that holds the parts of a job has none.
    """
    stored = _store(EventType.BATCH_COMPLETED, rows, suffix="'end'")
    holds_parts = (
        f"EXISTS (SELECT FROM jobs_job WHERE batch_id = {rows}.id AND parent_id IS NOT NULL)"
    )
    return f"CASE WHEN {holds_parts} THEN 0 ELSE {stored} END"


def _store(type: EventType, row: str, *, suffix: str) -> str:
    event_id = f"{row}.id || '-' || {suffix}"
    return f"jobs_store_deliveries('{type}', {row}.organization_id, {row}.id, {event_id})"
