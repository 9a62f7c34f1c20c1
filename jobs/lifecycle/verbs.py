"""The verbs that change the state of a job; see also `dependencies` and `debounce`.

Each verb is one conditional UPDATE that names the state it comes from, with its event log entry in
the same statement. If it matches no row, another process was first, which is not an error. The
writes of an attempt are fenced: they match only while the job is running and the attempt is its
newest. All times come from the clock of the database, so machines need no common clock.
"""

import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from jobs.errors import WrongState
from jobs.lifecycle.dependencies import DEPENDENCY_FAILED, DEPENDENCY_OPEN
from jobs.lifecycle.eventlog import NOW, Entry, Sql, update
from jobs.lifecycle.failures import EXPIRED, TIMED_OUT, Failure, worker_lost
from jobs.lifecycle.functions import claim, claim_next, complete, complete_and_claim, submit
from jobs.lifecycle.transition import (
    FAILED_COLUMNS,
    IDLE_COLUMNS,
    PENDING_COLUMNS,
    fail_many,
    first,
    leave_running,
    move,
    move_many,
    with_attempt,
)
from jobs.models import Job
from jobs.models.pauses import IS_PAUSED
from jobs.models.states import RETRYABLE, Event, State

__all__ = [
    "back_off",
    "cancel",
    "claim",
    "claim_next",
    "complete",
    "complete_and_claim",
    "end_cancelled",
    "expire_overdue",
    "fail",
    "fail_overrun",
    "hand_back",
    "lease_expired_of",
    "process_condition",
    "promote_due",
    "rescue",
    "retry",
    "snooze",
    "submit",
]

# --- before the first attempt ---------------------------------------------------------------------


def promote_due(batch: int) -> list[Job]:
    """Make up to `batch` scheduled jobs `pending` whose `run_at` has passed."""
    due = Sql("run_at <= statement_timestamp()")  # which, being stable, is looked up in an index
    return move_many(Event.PROMOTED, State.SCHEDULED, State.PENDING, due, batch, **PENDING_COLUMNS)


def expire_overdue(queue: str, unserved_for: timedelta, batch: int) -> list[Job]:
    """Fail up to `batch` pending jobs of a queue that no worker started in time.

    `unserved_for` is the time in which the queue could have started a job and did not: a job
    expires only if that is as long as its own time limit. A paused job does not expire.
    """
    overdue = Sql(
        f"pending_until <= clock_timestamp() AND queue = %s AND pending_timeout <= %s "
        f"AND blocked_by = '' "
        f"AND NOT {IS_PAUSED}",
        (queue, unserved_for),
    )
    return fail_many(Event.EXPIRED, State.PENDING, overdue, batch, EXPIRED)


# --- an attempt -----------------------------------------------------------------------------------


def fail(job: Job, failure: Failure) -> Job | None:
    """Fail the job of a running attempt."""
    error = failure.as_json(job.attempt)
    return leave_running(
        job,
        Event.FAILED,
        State.FAILED,
        data={"error": error},
        error=error,
        traceback=failure.traceback,
        **FAILED_COLUMNS,
    )


def back_off(job: Job, failure: Failure, *, wait: timedelta, uncounted: bool) -> Job | None:
    """Schedule the next attempt after `wait`."""
    error = failure.as_json(job.attempt)
    return leave_running(
        job,
        Event.BACKED_OFF,
        State.SCHEDULED,
        data={
            "error": error,
            "wait_seconds": round(wait.total_seconds(), 3),
            "uncounted": uncounted,
        },
        error=error,
        traceback=failure.traceback,
        uncounted_attempts=Sql("uncounted_attempts + %s", (int(uncounted),)),
        run_at=Sql("clock_timestamp() + %s", (wait,)),
    )


def snooze(job: Job, wait: timedelta) -> Job | None:
    """Schedule the next attempt after `wait`, as the handler asked; this one is uncounted."""
    return leave_running(
        job,
        Event.SNOOZED,
        State.SCHEDULED,
        data={"wait_seconds": round(wait.total_seconds(), 3)},
        uncounted_attempts=Sql("uncounted_attempts + 1"),
        run_at=Sql("clock_timestamp() + %s", (wait,)),
    )


def hand_back(job: Job) -> Job | None:
    """Return the job of a running attempt whose worker shuts down; the attempt is uncounted."""
    return leave_running(
        job,
        Event.HANDED_BACK,
        State.PENDING,
        uncounted_attempts=Sql("uncounted_attempts + 1"),
        **PENDING_COLUMNS,
    )


def end_cancelled(job: Job) -> Job | None:
    """Cancel the job of a running attempt after its handler has stopped."""
    return leave_running(job, Event.CANCELLED, State.CANCELLED, **FAILED_COLUMNS)


# --- lost attempts --------------------------------------------------------------------------------

NO_ATTEMPTS_LEFT = "attempt - uncounted_attempts >= max_attempts"
LOST = "The worker was lost while it ran the job."
LAST_LOSS = "It is not run again, because the job may be the cause."
LEASE_EXPIRED = Sql("lease_expires_at <= clock_timestamp()")


def lease_expired_of(workers: Collection[str]) -> Sql:
    """Return the condition for jobs with an expired lease whose main process is one of these."""
    text = f"{LEASE_EXPIRED.text} AND split_part(worker, '/', 1) = ANY(%s)"
    return Sql(text, (list(workers),))


def process_condition(worker: str) -> Sql:
    """Return the condition for the job of a process that is known to be gone."""
    return Sql("worker = %s", (worker,))


def rescue(lost: Sql, *, cause: str = LOST, max_crashes: int, batch: int) -> list[Job]:
    """Take up to `batch` running jobs, which match `lost`, from workers that are gone.

    `cause` is a sentence that says why; it becomes the message of the error `worker_lost`.
    A job whose cancellation was requested is cancelled. A job without attempts left, or that has
    lost `max_crashes` workers, fails with `worker_lost`. All others become pending again.
    """
    crashed = {"crashes": Sql("crashes + 1")}
    unrecoverable = Sql(
        f"{lost.text} AND (crashes + 1 >= %s OR {NO_ATTEMPTS_LEFT})", (*lost.params, max_crashes)
    )
    cancelled = move_many(
        Event.CANCELLED,
        State.RUNNING,
        State.CANCELLED,
        Sql(f"{lost.text} AND cancel_requested_at IS NOT NULL", lost.params),
        batch,
        **crashed,
        **FAILED_COLUMNS,
    )
    final = worker_lost(f"{cause} {LAST_LOSS}")
    failed = fail_many(Event.FAILED, State.RUNNING, unrecoverable, batch, final, **crashed)
    error = worker_lost(cause).as_json(0)
    rescued = move_many(
        Event.RESCUED,
        State.RUNNING,
        State.PENDING,
        lost,
        batch,
        data={"error": error},
        error=with_attempt(error),
        **crashed,
        **IDLE_COLUMNS,
        **PENDING_COLUMNS,
    )
    return [*cancelled, *failed, *rescued]


def fail_overrun(batch: int) -> list[Job]:
    """Fail up to `batch` running jobs past their hard time limit, although their lease is valid."""
    overrun = Sql("running_until <= clock_timestamp()")
    return fail_many(Event.FAILED, State.RUNNING, overrun, batch, TIMED_OUT)


_RETRIED_COLUMNS: dict[str, Any] = {
    "uncounted_attempts": Sql("attempt"),
    "crashes": 0,
    "progress": 0,
    "message": "",
    "error": None,
    "traceback": "",
    "cancel_requested_at": None,
    "finished_at": None,
    "expires_at": None,
}

# --- on request -----------------------------------------------------------------------------------


def cancel(job_id: uuid.UUID, *, actor: str = "") -> Job | None:
    """Cancel a job that has not started, or request cancellation of its running attempt.

    Idempotent. Returns the new row, or `None` if the job has already ended.
    """
    idle = (State.WAITING, State.SCHEDULED, State.PENDING)
    moved = first(
        move(
            Event.CANCELLED,
            idle,
            State.CANCELLED,
            Sql("id = %s", (job_id,)),
            actor=actor,
            cancel_requested_at=NOW,
            **FAILED_COLUMNS,
        )
    ) or first(
        update(
            Entry(kind=Event.CANCEL_REQUESTED, data={}, actor=actor),
            where=Sql("id = %s AND state = 'running' AND cancel_requested_at IS NULL", (job_id,)),
            changes={"cancel_requested_at": NOW},
        )
    )
    return moved or Job.objects.filter(pk=job_id, state=State.RUNNING).first()


def retry(job_id: uuid.UUID, *, actor: str = "") -> Job:
    """Start a failed or cancelled job again, with all its attempts; steps stay completed.

    It waits for its dependencies, and for its `run_at` if it has never been started. Otherwise it
    is pending. Raises `WrongState` if the job has not ended, has completed, or depends on a job
    that failed or was cancelled.
    """
    for target, condition, columns in (
        (State.WAITING, DEPENDENCY_OPEN, {}),
        (State.SCHEDULED, "attempt = 0 AND run_at > clock_timestamp()", {}),
        (State.PENDING, "TRUE", PENDING_COLUMNS),
    ):
        moved = first(
            move(
                Event.RETRIED,
                (State.FAILED, State.CANCELLED),
                target,
                Sql(f"id = %s AND NOT ({DEPENDENCY_FAILED}) AND {condition}", (job_id,)),
                actor=actor,
                **_RETRIED_COLUMNS,
                **columns,
            )
        )
        if moved is not None:
            return moved
    if Job.objects.filter(pk=job_id, state__in=RETRYABLE).exists():
        raise WrongState(
            "A job that this job depends on failed or was cancelled. Retry that job first."
        )
    raise WrongState("Only a failed or cancelled job can be retried.")
