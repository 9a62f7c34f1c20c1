"""The only code that writes the state of a job: checked against `TRANSITIONS`, and logged."""

import json
import logging
import time
from collections.abc import Mapping
from typing import Any

from django.db import Error as DatabaseError
from django.db import connection

from jobs.lifecycle.eventlog import NOW, Entry, Sql, update
from jobs.lifecycle.failures import Failure
from jobs.models import Job
from jobs.models.states import TRANSITIONS, Event, State

log = logging.getLogger(__name__)

MAX_SECONDS_ONE_BY_ONE = 2.0

IDLE_COLUMNS: dict[str, Any] = {"lease_expires_at": None, "running_until": None}
"""Columns of a job that is not running."""
FAILED_COLUMNS: dict[str, Any] = {
    **IDLE_COLUMNS,
    "finished_at": NOW,
    "expires_at": Sql("clock_timestamp() + keep_failed"),
    "pending_until": None,
}
"""Columns of a failed or cancelled job."""
PENDING_COLUMNS: dict[str, Any] = {
    "published_at": None,
    "pending_until": Sql("clock_timestamp() + pending_timeout"),
}
"""Columns of a job that becomes `pending`: unpublished, with the time at which it expires."""


def move(
    kind: Event,
    source: State | tuple[State, ...],
    target: State,
    where: Sql,
    *,
    data: Mapping[str, Any] | None = None,
    actor: str = "",
    **changes: Any,
) -> list[Job]:
    """Move the jobs that are in `source` and match `where`; return their new rows."""
    sources = (source,) if isinstance(source, State) else source
    if any(target not in TRANSITIONS[state] for state in sources):
        raise AssertionError(f"There is no transition from {sources} to {target}.")
    return update(
        Entry(kind=kind, data=data or {}, actor=actor),
        where=Sql(f"state = ANY(%s) AND {where.text}", (list(sources), *where.params)),
        changes={"state": target, **changes},
    )


def move_many(
    kind: Event, source: State, target: State, where: Sql, batch: int, **changes: Any
) -> list[Job]:
    """Move up to `batch` jobs, skipping those that another process has locked.

    If the statement fails, for one job or another row that it needs, they are moved one by one.
    An array is selected once; with `IN (SELECT ...)`, a plan may select anew for each row, and so
    move more than `batch`.
    """
    selected = Sql(
        f"id = ANY (ARRAY(SELECT id FROM jobs_job WHERE state = '{source}' AND {where.text} "
        "ORDER BY priority DESC, id LIMIT %s FOR UPDATE SKIP LOCKED))",
        (*where.params, batch),
    )
    try:
        return move(kind, source, target, selected, **changes)
    except DatabaseError as error:
        if connection.in_atomic_block:
            raise
        log.warning("moving jobs one by one, since together they were not %s: %s", kind, error)
    return _move_each(kind, source, target, where, batch, **changes)


def _move_each(
    kind: Event, source: State, target: State, where: Sql, batch: int, **changes: Any
) -> list[Job]:
    """Move up to `batch` jobs alone, in random order, for a few seconds."""
    chosen = f"state = '{source}' AND {where.text}"
    with connection.cursor() as cursor:
        statement = f"SELECT id FROM jobs_job WHERE {chosen} ORDER BY random() LIMIT %s"
        cursor.execute(statement, (*where.params, batch))
        ids = [job_id for (job_id,) in cursor.fetchall()]
    moved: list[Job] = []
    deadline = time.monotonic() + MAX_SECONDS_ONE_BY_ONE
    for job_id in ids:
        alone = Sql(f"id = %s AND {where.text}", (job_id, *where.params))
        try:
            moved += move(kind, source, target, alone, **changes)
        except DatabaseError:
            log.exception("job %s cannot be %s now", job_id, kind)
        if time.monotonic() > deadline:
            break
    return moved


def fail_many(
    kind: Event, source: State, where: Sql, batch: int, failure: Failure, **changes: Any
) -> list[Job]:
    """Fail up to `batch` jobs with the same failure."""
    error = failure.as_json(0)
    columns = {**FAILED_COLUMNS, "error": with_attempt(error), **changes}
    return move_many(kind, source, State.FAILED, where, batch, data={"error": error}, **columns)


def with_attempt(error: Mapping[str, Any]) -> Sql:
    """Return the `error` of several jobs, each with the number of its own attempt."""
    return Sql("jsonb_set(%s::jsonb, '{attempt}', to_jsonb(attempt))", (json.dumps(dict(error)),))


def leave_running(job: Job, kind: Event, target: State, **changes: Any) -> Job | None:
    """End a running attempt, fenced; `None` if the attempt no longer owns the job."""
    fence = Sql("id = %s AND attempt = %s", (job.pk, job.attempt))
    return first(move(kind, State.RUNNING, target, fence, **{**IDLE_COLUMNS, **changes}))


def first(jobs: list[Job]) -> Job | None:
    """Return the first job, or `None`."""
    return jobs[0] if jobs else None
