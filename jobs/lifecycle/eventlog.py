"""The event log: a job's UPDATE and the log entry that records it, in one SQL statement.

One statement is one round trip, one short transaction, and no way to do the one without the other.
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
"""Columns that entries do not repeat: they are large, or stand in the entry itself."""
VOLATILE = frozenset(
    {"progress", "message", "usage", "lease_expires_at", "published_at", "awaited"}
)
"""Columns that change between two entries, so a replay of the log cannot give them."""


@dataclass(frozen=True)
class Sql:
    """A fragment of SQL with its parameters."""

    text: str
    params: tuple[Any, ...] = ()


NOW = Sql("clock_timestamp()")

_GIVEN = [field for field in Job._meta.concrete_fields if field.name != "created_at"]
_COLUMNS = ", ".join(f'"{field.column}"' for field in _GIVEN)
_UPDATE = """
WITH moved AS (UPDATE jobs_job SET {assignments} WHERE {where} RETURNING *),
noted AS (SELECT moved.*, clock_timestamp() AS logged_at FROM moved),
logged AS (
    INSERT INTO jobs_jobevent (job_id, number, kind, state, attempt, at, actor, data, changes)
    SELECT id, log_number, %s, state, attempt, logged_at, %s, %s, jsonb_build_object({changes})
    FROM noted
){extra}
SELECT noted.*, {announced} AS announced FROM noted
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s) AS name;"
"""Sent before what counts, as a statement of its own: a statement sees what was committed when it
began, so it has to begin after the lock is held. A string of statements is one transaction."""
_INSERT = f"""
WITH used AS MATERIALIZED (SELECT {{counts}} AS counts),
moved AS (
    INSERT INTO jobs_job ({_COLUMNS}, created_at) SELECT {_COLUMNS}, clock_timestamp()
    FROM json_populate_recordset(NULL::jobs_job, %s) AS given
    WHERE NOT EXISTS (
        SELECT FROM used, unnest(counts, %s::numeric[]) AS of (number, most) WHERE number > most
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
    """What a log entry says beside the columns that changed."""

    kind: Event
    data: Mapping[str, Any]
    actor: str = ""


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What must hold for jobs to be stored, looked at by the statement that stores them."""

    locks: list[str]
    """Names that are locked until the transaction ends; in the same order wherever they are."""
    counts: Sql
    """An array of numbers: of what there is already."""
    most: list[int]
    """How much there may be of each for the jobs to be stored."""
    refusal: Callable[[list[int]], Exception]
    """Makes what is raised where there is more, from the counts."""


UNGUARDED = Guard(locks=[], counts=Sql("'{}'::int[]"), most=[], refusal=AssertionError)


def update(
    entry: Entry, *, where: Sql, changes: Mapping[str, Any], extra: Sql | None = None
) -> list[Job]:
    """Change the jobs that match `where`, log it, and give them as they are now.

    `changes` maps columns to values or to `Sql`; `extra` is one more common table expression that
    may read `moved`. No row means that somebody else was first. Listeners are told on commit.
    """
    columns = {**changes, "log_number": Sql("log_number + 1")}
    values = [_value(value) for value in columns.values()]
    assignments = ", ".join(
        f"{_quoted(column)} = {value.text}" for column, value in zip(columns, values, strict=True)
    )
    logged = (f"'{name}', {_quoted(name)}" for name in changes if name not in UNLOGGED)
    statement = _UPDATE.format(
        assignments=assignments,
        where=where.text,
        changes=", ".join(logged),
        extra=f", extra AS ({extra.text})" if extra else "",
        announced=webhook_outbox.of_jobs(entry.kind),
    )
    set_to = (param for value in values for param in value.params)
    noted = (entry.kind, entry.actor, Json(entry.data), *(extra.params if extra else ()))
    found = list(Job.objects.raw(statement, (*set_to, *where.params, *noted)))
    for job in found:
        _tell(job, entry, job.logged_at)  # type: ignore[attr-defined]  # of the raw query
    return found


def insert(entry: Entry, jobs: Sequence[Job], guard: Guard = UNGUARDED) -> None:
    """Store new jobs with the first entry of the log of each, all or none, in one round trip.

    Where the guard does not hold its refusal is raised, and nothing was stored.
    """
    if not jobs:
        return
    for job in jobs:
        job.log_number = 1
    rows = [{field.column: getattr(job, field.attname) for field in _GIVEN} for job in jobs]
    with connection.cursor() as cursor:
        cursor.execute(
            (_LOCK if guard.locks else "") + _INSERT.format(counts=guard.counts.text),
            (
                *([guard.locks] if guard.locks else ()),
                *guard.counts.params,
                json.dumps(rows, default=_in_words),
                guard.most,
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
        _tell(job, entry, job.created_at)


def replay(events: Iterable[JobEvent]) -> dict[str, Any]:
    """Fold a job's log, in order, into the columns it determines (all but the volatile ones)."""
    row: dict[str, Any] = {}
    for event in events:
        row.update(event.changes)
        row["log_number"] = event.number
    return {column: value for column, value in row.items() if column not in VOLATILE}


def describe(event: JobEvent) -> dict[str, Any]:
    """Say what happened, as the API and the streams show it."""
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
    """Name the server-sent event that an entry of this kind is told as."""
    return "step" if kind in STEP_EVENTS else "state"


def _value(value: Any) -> Sql:
    if isinstance(value, Sql):
        return value
    if isinstance(value, dict | list):
        return Sql("%s", (Json(value),))
    return Sql("%s", (value,))


def _in_words(value: Any) -> str:
    """Write what JSON does not know in a way that PostgreSQL reads."""
    if isinstance(value, uuid.UUID | datetime | timedelta):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _quoted(column: str) -> str:
    return f'"{column}"'


def _tell(job: Job, entry: Entry, at: datetime) -> None:
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
