"""Jobs that wait for others: for those that they depend on, or for the parts of their own work."""

import uuid

from jobs.lifecycle.eventlog import Sql
from jobs.lifecycle.failures import DEPENDENCY_FAILED
from jobs.lifecycle.transition import AWAKE, ENDED_BADLY, leave_running, move_many
from jobs.models import Job
from jobs.models.states import TERMINAL, Event, State

PARENTS = (
    "SELECT 1 FROM jobs_dependency JOIN jobs_job AS parent ON parent.id = parent_id "
    "WHERE job_id = jobs_job.id AND parent.state"
)
A_PARENT_FAILED = f"NOT runs_after_failure AND EXISTS ({PARENTS} IN ('failed', 'cancelled'))"
PARENTS_ENDED = f"NOT EXISTS ({PARENTS} <> ALL (%s)) AND NOT ({A_PARENT_FAILED})"

HAS_PARTS = (
    "runs_after_failure AND EXISTS (SELECT 1 FROM jobs_batch WHERE gathered_by_id = jobs_job.id)"
)
"""Of a job that was split. The first condition spares all others the look."""


def split(job: Job, batch_id: uuid.UUID) -> Job | None:
    """Let a running attempt's job wait for its parts, the jobs of a batch; it does not count."""
    return leave_running(
        job,
        Event.SPLIT,
        State.WAITING,
        data={"batch": str(batch_id)},
        excused=Sql("excused + 1"),
        runs_after_failure=True,
    )


def release(batch: int) -> list[Job]:
    """Let waiting jobs go on whose parents have ended; cancel those where one has failed.

    Reads what is committed and locks only the waiting jobs: whoever ends a parent at the same time
    calls this after its commit, and the relay calls it every few seconds.
    """
    failed = Sql(A_PARENT_FAILED)
    error = {"error": DEPENDENCY_FAILED.as_json(0)}
    ended = Sql(PARENTS_ENDED, (sorted(TERMINAL),))
    later = Sql(f"{ended.text} AND run_at > clock_timestamp()", ended.params)
    return [
        *move_many(
            Event.CANCELLED,
            State.WAITING,
            State.CANCELLED,
            failed,
            batch,
            data=error,
            **error,
            **ENDED_BADLY,
        ),
        *move_many(Event.RELEASED, State.WAITING, State.SCHEDULED, later, batch),
        *move_many(Event.RELEASED, State.WAITING, State.PENDING, ended, batch, **AWAKE),
    ]
