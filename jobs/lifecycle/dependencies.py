"""Transitions of jobs that wait: for the jobs that they depend on, or for their own parts."""

import uuid

from jobs.lifecycle.eventlog import Sql
from jobs.lifecycle.failures import DEPENDENCY_FAILED as FAILURE
from jobs.lifecycle.transition import (
    FAILED_COLUMNS,
    PENDING_COLUMNS,
    leave_running,
    move_many,
)
from jobs.models import Job
from jobs.models.states import TERMINAL, Event, State

_DEPENDENCIES = (
    "SELECT FROM jobs_dependency JOIN jobs_job AS dependency ON dependency.id = depends_on_id "
    "WHERE job_id = jobs_job.id AND dependency.state"
)
DEPENDENCY_FAILED = (
    f"NOT runs_after_failure AND EXISTS ({_DEPENDENCIES} IN ('failed', 'cancelled') "
    "AND dependency.parent_id IS DISTINCT FROM jobs_job.id)"
)
"""A failed part does not count: its parent runs, and `JobContext.split` raises `PartFailed`."""
DEPENDENCY_OPEN = (
    f"EXISTS ({_DEPENDENCIES} IN ('waiting', 'scheduled', 'pending', 'running') "
    "AND dependency.parent_id IS DISTINCT FROM jobs_job.id)"
)
"""A part does not count: the attempt of its parent waits for it."""
_DEPENDENCIES_ENDED = f"NOT EXISTS ({_DEPENDENCIES} <> ALL (%s)) AND NOT ({DEPENDENCY_FAILED})"

HAS_PARTS = (
    "EXISTS (SELECT FROM jobs_job AS part "
    "WHERE part.parent_id = jobs_job.id AND part.part_number = 1 OFFSET 0)"
)
"""`part_number` and `OFFSET` make the planner use the index `one_part_each`, also for a job without
parts. Without them it may scan the table, for any part of the job, or for a hash of all parts."""


def split(job: Job, batch_id: uuid.UUID) -> Job | None:
    """Make a running attempt's job wait for its parts, the jobs of a batch; it is uncounted."""
    return leave_running(
        job,
        Event.SPLIT,
        State.WAITING,
        data={"batch": str(batch_id)},
        uncounted_attempts=Sql("uncounted_attempts + 1"),
    )


def release(batch: int) -> list[Job]:
    """Release waiting jobs whose dependencies have ended; cancel those with a failed dependency.

    Moves up to `batch` jobs per transition. Reads committed rows and locks only the waiting jobs:
    a process that ends a dependency at the same time calls this after its commit, and the relay
    calls it every few seconds.
    """
    error = {"error": FAILURE.as_json(0)}
    ended = Sql(_DEPENDENCIES_ENDED, (sorted(TERMINAL),))
    later = Sql(f"{ended.text} AND run_at > clock_timestamp()", ended.params)
    return [
        *move_many(Event.RELEASED, State.WAITING, State.SCHEDULED, later, batch),
        *move_many(Event.RELEASED, State.WAITING, State.PENDING, ended, batch, **PENDING_COLUMNS),
        *move_many(
            Event.CANCELLED,
            State.WAITING,
            State.CANCELLED,
            Sql(DEPENDENCY_FAILED),
            batch,
            data=error,
            **error,
            **FAILED_COLUMNS,
        ),
    ]
