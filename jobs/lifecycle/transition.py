"""The one way a job's state is written: from named states to one that they lead to, and logged."""

import json
from collections.abc import Mapping
from typing import Any

from jobs.lifecycle.eventlog import NOW, Entry, Sql, update
from jobs.lifecycle.failures import Failure
from jobs.models import Job
from jobs.models.states import MOVES, Event, State

KEPT_FAILED = Sql("clock_timestamp() + keep_failed")
REST: dict[str, Any] = {"lease_expires_at": None, "running_until": None}
"""Columns of a job that nobody runs."""
ENDED_BADLY: dict[str, Any] = {
    **REST,
    "finished_at": NOW,
    "expires_at": KEPT_FAILED,
    "pending_until": None,
}
"""Columns of a job that failed or was cancelled."""
AWAKE: dict[str, Any] = {
    "published_at": None,
    "pending_until": Sql("clock_timestamp() + pending_timeout"),
}
"""Columns of a job that becomes `pending`: to be published, with its time to expire."""


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
    """Move the jobs that are in `source` and match `where`; give them as they are now."""
    sources = (source,) if isinstance(source, State) else source
    if any(target not in MOVES[one] for one in sources):
        raise AssertionError(f"{sources} do not lead to {target}")
    return update(
        Entry(kind=kind, data=data or {}, actor=actor),
        where=Sql(f"state = ANY(%s) AND {where.text}", (list(sources), *where.params)),
        changes={"state": target, **changes},
    )


def move_many(
    kind: Event, source: State, target: State, where: Sql, batch: int, **changes: Any
) -> list[Job]:
    """Move up to `batch` jobs, passing over those that another process has locked."""
    chosen = Sql(
        f"id IN (SELECT id FROM jobs_job WHERE state = '{source}' AND {where.text} "
        "ORDER BY priority DESC, id LIMIT %s FOR UPDATE SKIP LOCKED)",
        (*where.params, batch),
    )
    return move(kind, source, target, chosen, **changes)


def fail_many(
    kind: Event, source: State, where: Sql, batch: int, failure: Failure, **changes: Any
) -> list[Job]:
    """Fail up to `batch` jobs for one reason."""
    error = failure.as_json(0)
    of_attempt = Sql("jsonb_set(%s::jsonb, '{attempt}', to_jsonb(attempt))", (json.dumps(error),))
    columns = {**ENDED_BADLY, "error": of_attempt, **changes}
    return move_many(kind, source, State.FAILED, where, batch, data={"error": error}, **columns)


def leave_running(job: Job, kind: Event, target: State, **changes: Any) -> Job | None:
    """End a running attempt, fenced: `None` if the attempt no longer has the job."""
    fence = Sql("id = %s AND attempt = %s", (job.pk, job.attempt))
    return only(move(kind, State.RUNNING, target, fence, **{**REST, **changes}))


def only(jobs: list[Job]) -> Job | None:
    """Give the one job that moved, if one did."""
    return jobs[0] if jobs else None
