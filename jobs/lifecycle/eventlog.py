"""The event log: the UPDATE of a job and its log entry, in one SQL statement.

One statement needs one round trip and one short transaction, and cannot do one without the other.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from psycopg2.extras import Json

from jobs.lifecycle import webhook_outbox
from jobs.models import Job, JobEvent
from jobs.models.states import STEP_EVENTS, Event
from jobs.redis import pubsub

UNLOGGED = frozenset({"id", "input", "output", "traceback", "log_number"})
"""Columns that entries do not repeat, because they are large or part of the entry itself."""
VOLATILE = frozenset(
    {"progress", "message", "usage", "lease_expires_at", "published_at", "has_dependants"}
)
"""Columns that change between two entries, so a replay of the log does not restore them."""


@dataclass(frozen=True)
class Sql:
    """A fragment of SQL with its parameters."""

    text: str
    params: tuple[Any, ...] = ()


NOW = Sql("clock_timestamp()")

_INSERTED = [field for field in Job._meta.concrete_fields if field.name != "created_at"]
_COLUMNS = ", ".join(f'"{field.column}"' for field in _INSERTED)
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
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s) AS name;"
"""A separate statement before the one that counts: a statement sees what was committed when it
began, so it must begin after the lock is held. One string of statements is one transaction."""
_INSERT = f"""
WITH used AS MATERIALIZED (SELECT {{counts}} AS counts),
moved AS (
    INSERT INTO jobs_job ({_COLUMNS}, created_at) SELECT {_COLUMNS}, clock_timestamp()
    FROM json_populate_recordset(NULL::jobs_job, %s) AS inserted
    WHERE NOT EXISTS (
        SELECT FROM used, unnest(counts, %s::numeric[]) AS guarded (number, maximum)
        WHERE number > maximum
    ) RETURNING *
), logged AS (
    INSERT INTO jobs_jobevent (job_id, number, kind, state, attempt, at, actor, data, changes)
    SELECT id, log_number, %s, state, attempt, created_at, %s, %s, to_jsonb(moved) - %s::text[]
    FROM moved
)
SELECT counts, id, created_at FROM used LEFT JOIN moved ON true
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

    locks: list[str]
    """Names of locks, held until the transaction ends. Always in the same order: no deadlocks."""
    counts: Sql
    """SQL of an array: how many of each exist already."""
    maximums: list[int]
    """How many of each may exist for the jobs to be stored."""
    refusal: Callable[[list[int]], Exception]
    """Returns the exception to raise if more exist, from the counts."""


NO_GUARD = AdmissionGuard(locks=[], counts=Sql("'{}'::int[]"), maximums=[], refusal=AssertionError)


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
        _publish(job, entry, job.logged_at)  # type: ignore[attr-defined]  # of the raw query
    return jobs


def insert(entry: Entry, jobs: Sequence[Job], guard: AdmissionGuard = NO_GUARD) -> None:
    """Store new jobs with their first log entries, all or none, in one round trip.

    Raises the refusal of the guard if its counts exceed the maximums; then nothing was stored.
    """
    if not jobs:
        return
    for job in jobs:
        job.log_number = 1
    rows = [{field.column: getattr(job, field.attname) for field in _INSERTED} for job in jobs]
    with connection.cursor() as cursor:
        cursor.execute(
            (_LOCK if guard.locks else "") + _INSERT.format(counts=guard.counts.text),
            (
                *([guard.locks] if guard.locks else ()),
                *guard.counts.params,
                json.dumps(rows, default=_json_default),
                guard.maximums,
                entry.kind,
                entry.actor,
                json.dumps(dict(entry.data)),
                sorted(UNLOGGED),
            ),
        )
        stored = cursor.fetchall()
    if stored[0][1] is None:
        raise guard.refusal(stored[0][0])
    times = {job_id: created_at for _, job_id, created_at in stored}
    for job in jobs:
        job.created_at = times[job.pk]
        job._state.adding, job._state.db = False, connection.alias
        _publish(job, entry, job.created_at)


def replay(events: Iterable[JobEvent]) -> dict[str, Any]:
    """Replay the log of a job, in order; return its columns, except the volatile ones."""
    row: dict[str, Any] = {}
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


def _publish(job: Job, entry: Entry, at: datetime) -> None:
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
    transaction.on_commit(lambda: pubsub.publish(job.organization_id, message))
