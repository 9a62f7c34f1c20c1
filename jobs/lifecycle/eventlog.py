"""The event log: the UPDATE of a job and its log entry, in one SQL statement.

One statement needs one round trip and one short transaction, and cannot do one without the other.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from psycopg2.extras import Json

from jobs.lifecycle import webhook_outbox
from jobs.models import Job, JobEvent
from jobs.models.states import STEP_EVENTS, Event
from jobs.redis import pubsub

UNLOGGED = frozenset({"id", "input", "output", "traceback", "log_number"})
"""Columns that entries do not repeat, because they are large or part of the entry itself."""
VOLATILE = frozenset(
    {
        "progress",
        "message",
        "usage",
        "lease_expires_at",
        "published_at",
        "has_dependants",
        "start_tag",
        "blocked_by",
    }
)
"""Columns that change between two entries, so a replay of the log does not restore them."""


@dataclass(frozen=True)
class Sql:
    """A fragment of SQL with its parameters."""

    text: str
    params: tuple[Any, ...] = ()


NOW = Sql("clock_timestamp()")

_INSERTED = [field for field in Job._meta.concrete_fields if field.name != "created_at"]
_UPDATE = """
WITH moved AS (UPDATE jobs_job SET {assignments} WHERE {where} RETURNING *),
noted AS (SELECT moved.*, clock_timestamp() AS logged_at FROM moved),
logged AS (
    INSERT INTO jobs_jobevent (job_id, number, kind, state, attempt, at, actor, data, changes)
    SELECT id, log_number, %s, state, attempt, logged_at, %s, %s, jsonb_build_object({changes})
    FROM noted
){extra}
SELECT noted.*, {deliveries} AS stored_deliveries FROM noted
"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The fields of a log entry, except the columns that changed."""

    kind: Event
    data: Mapping[str, Any]
    actor: str = ""


@dataclass(frozen=True, kw_only=True)
class AdmissionGuard:
    """A condition for storing jobs, checked by the statement that stores them."""

    limits: list[dict[str, Any]]
    """Each has `lock`, `maximum` (active jobs for the new ones to be stored) and the columns that
    select the jobs: `organization_id`, `type`, and `owner_id` or `subject`."""
    refusal: Callable[[list[int]], Exception]
    """Returns the exception to raise if more are active, from the counts."""


NO_GUARD = AdmissionGuard(limits=[], refusal=AssertionError)


def update(
    entry: Entry, *, where: Sql, changes: Mapping[str, Any], extra: Sql | None = None
) -> list[Job]:
    """Update the jobs that match `where`, log it, and return their new rows.

    `changes` maps columns to values or `Sql`. `extra` is an additional common table expression that
    can read `moved`. No row means that another process was first. Publishes the event on commit.
    """
    columns = {**changes, "log_number": Sql("log_number + 1")}
    values = [_value(value) for value in columns.values()]
    assignments = ", ".join(
        f"{_quote(column)} = {value.text}" for column, value in zip(columns, values, strict=True)
    )
    logged = (f"'{name}', {_quote(name)}" for name in changes if name not in UNLOGGED)
    statement = _UPDATE.format(
        assignments=assignments,
        where=where.text,
        changes=", ".join(logged),
        extra=f", extra AS ({extra.text})" if extra else "",
        deliveries=webhook_outbox.job_deliveries(entry.kind),
    )
    set_to = (param for value in values for param in value.params)
    noted = (entry.kind, entry.actor, Json(entry.data), *(extra.params if extra else ()))
    jobs = list(Job.objects.raw(statement, (*set_to, *where.params, *noted)))
    for job in jobs:
        announce(job, entry, job.logged_at)  # type: ignore[attr-defined]  # of the raw query
    return jobs


def stored_rows(jobs: Sequence[Job]) -> str:
    """Return the columns of new jobs as JSON, for `json_populate_recordset`."""
    rows = [{field.column: getattr(job, field.attname) for field in _INSERTED} for job in jobs]
    return json.dumps(rows, default=_json_default)


def announce(job: Job, entry: Entry, at: datetime) -> None:
    """Publish a new entry of a job's log on the live channel, after the commit."""
    event = JobEvent(
        number=job.log_number,
        kind=entry.kind,
        state=job.state,
        attempt=job.attempt,
        at=at,
        actor=entry.actor,
        data=dict(entry.data),
    )
    message = {
        "job": str(job.id),
        "owner": job.owner_id,
        "event": stream_event(entry.kind),
        "id": job.log_number,
        "data": describe(event),
    }
    organization_id, is_end = job.organization_id, job.is_terminal  # for whoever waits for it
    transaction.on_commit(lambda: pubsub.publish(organization_id, message, urgent=is_end))


def replay(events: Iterable[JobEvent]) -> dict[str, Any]:
    """Replay the log of a job, in order; return its columns, except the volatile ones."""
    columns = {str(field.column) for field in Job._meta.concrete_fields} - UNLOGGED
    row: dict[str, Any] = dict.fromkeys(columns)  # the first entry omits null columns
    for event in events:
        row.update(event.changes)
        row["log_number"] = event.number
    return {column: value for column, value in row.items() if column not in VOLATILE}


def describe(event: JobEvent) -> dict[str, Any]:
    """Return the entry as the API and the streams show it."""
    return {
        "number": event.number,
        "kind": event.kind,
        "state": event.state,
        "attempt": event.attempt,
        "at": event.at.isoformat().replace("+00:00", "Z"),
        "actor": event.actor,
        "data": event.data,
    }


def stream_event(kind: str) -> str:
    """Return the name of the server-sent event for entries of this kind."""
    return "step" if kind in STEP_EVENTS else "state"


def _value(value: Any) -> Sql:
    if isinstance(value, Sql):
        return value
    if isinstance(value, dict | list):
        return Sql("%s", (Json(value),))
    return Sql("%s", (value,))


def _json_default(value: Any) -> str:
    """Convert values that JSON does not support to text that PostgreSQL parses."""
    if isinstance(value, uuid.UUID | datetime | timedelta):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be converted to JSON")


def _quote(column: str) -> str:
    return f'"{column}"'
