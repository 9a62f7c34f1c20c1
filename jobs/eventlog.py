"""The event log: a job's UPDATE and the log entry that records it, in one SQL statement.

One statement is one round trip, one short transaction, and no way to do the one without the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg2.extras import Json

from jobs import announcing, live
from jobs.models import Job, JobEvent
from jobs.states import STEP_EVENTS, Event

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


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a log entry says beside the columns that changed."""

    kind: Event
    data: Mapping[str, Any]
    actor: str = ""


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
    moved = Sql(
        f"UPDATE jobs_job SET {assignments} WHERE {where.text} RETURNING *",
        tuple(param for value in values for param in value.params) + where.params,
    )
    return _log(entry, moved, changes, extra)


def insert(entry: Entry, jobs: Sequence[Job]) -> list[Job]:
    """Store new jobs and the first entry of the log of each; give them as stored."""
    if not jobs:
        return []
    fields = [field for field in Job._meta.concrete_fields if field.name != "created_at"]
    rows = []
    for job in jobs:
        job.log_number = 1
        values = [_insert_value(field, job) for field in fields]
        params = tuple(param for value in values for param in value.params)
        rows.append(Sql(", ".join(value.text for value in values), params))
    columns = [str(field.column) for field in fields]
    moved = Sql(
        f"INSERT INTO jobs_job ({', '.join(map(_quoted, columns))}, created_at) VALUES "
        + ", ".join(f"({row.text}, clock_timestamp())" for row in rows)
        + " RETURNING *",
        tuple(param for row in rows for param in row.params),
    )
    return _log(entry, moved, [*columns, "created_at"])


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


def _insert_value(field: Any, job: Job) -> Sql:
    value = field.get_db_prep_save(getattr(job, field.attname), connection)
    if hasattr(value, "as_sql"):  # a database default, such as Now()
        return NOW
    return Sql("%s", (value,))


def _quoted(column: str) -> str:
    return f'"{column}"'


def _log(entry: Entry, moved: Sql, changed: Iterable[str], extra: Sql | None = None) -> list[Job]:
    logged = [column for column in changed if column not in UNLOGGED]
    with_extra = f", extra AS ({extra.text})" if extra else ""
    announced = announcing.of_jobs(entry.kind)
    jobs = Job.objects.raw(
        f"""
        WITH moved AS ({moved.text}),
        noted AS (SELECT moved.*, clock_timestamp() AS logged_at FROM moved),
        logged AS (
            INSERT INTO jobs_jobevent
                (job_id, number, kind, state, attempt, at, actor, data, changes)
            SELECT id, log_number, %s, state, attempt, logged_at, %s, %s,
                (SELECT coalesce(jsonb_object_agg(key, value), '{{}}')
                 FROM jsonb_each(to_jsonb(noted)) WHERE key = ANY(%s))
            FROM noted
        ){with_extra}
        SELECT noted.*, {announced} AS announced FROM noted
        """,
        (
            *moved.params,
            entry.kind,
            entry.actor,
            Json(entry.data),
            logged,
            *(extra.params if extra else ()),
        ),
    )
    found = list(jobs)
    for job in found:
        _tell(job, entry)
    return found


def _tell(job: Job, entry: Entry) -> None:
    event = JobEvent(
        number=job.log_number,
        kind=entry.kind,
        state=job.state,
        attempt=job.attempt,
        at=job.logged_at,  # type: ignore[attr-defined]  # an annotation of the raw query
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
    transaction.on_commit(lambda: live.publish(job.organization_id, message))
