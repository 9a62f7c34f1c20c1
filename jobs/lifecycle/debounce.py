"""The transition of a debounced job that has not started: a new input, and a later start."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from jobs.lifecycle.eventlog import Entry, Sql, update
from jobs.lifecycle.transition import first, move
from jobs.models import Job
from jobs.models.states import Event, State


def postpone(
    job_id: uuid.UUID,
    input: Mapping[str, Any],
    *,
    limit_keys: Sequence[str] = (),
    wait: timedelta,
    max_wait: timedelta | None = None,
    actor: str = "",
) -> Job | None:
    """Replace the input of a job that has not started, and start it after `wait`.

    It starts at most `max_wait` after its submission: a pending job that has waited so long stays
    pending, so that more submissions cannot delay it. `None` if the job has started or ended.
    """
    log: dict[str, Any] = {"data": {"wait_seconds": wait.total_seconds()}, "actor": actor}
    entry = Entry(kind=Event.DEBOUNCED, **log)
    start = Sql("least(clock_timestamp() + %s, created_at + %s)", (wait, max_wait))
    replaced = {"input": dict(input), "limit_keys": Sql("%s", (list(limit_keys),))}
    delayed: dict[str, Any] = {**replaced, "run_at": start}
    queued = {**delayed, "pending_until": None, "published_at": None}

    def where(condition: str, *params: Any) -> Sql:
        return Sql(f"id = %s AND attempt = 0 AND {condition}", (job_id, *params))

    can_wait = where(f"{start.text} > clock_timestamp()", *start.params)
    scheduled, pending = where("state = 'scheduled'"), where("state = 'pending'")
    return (
        first(update(entry, where=scheduled, changes=delayed))
        or first(move(Event.DEBOUNCED, State.PENDING, State.SCHEDULED, can_wait, **log, **queued))
        or first(update(entry, where=pending, changes={**replaced, "blocked_by": ""}))
    )
