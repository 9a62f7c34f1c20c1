"""The life of a job: every change of its state; how it waits for others is in `awaiting`.

Each verb is one conditional UPDATE that names the state it comes from, with its log entry in the
same statement. Nothing that comes back means that somebody else was first, which is no error. The
writes of an attempt are fenced: they hold only while the job is running and the attempt is its
newest. Times are the database's: one clock for every machine.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from jobs.errors import WrongState
from jobs.lifecycle import dependencies
from jobs.lifecycle.eventlog import NOW, UNGUARDED, Entry, Guard, Sql, insert, update
from jobs.lifecycle.failures import EXPIRED, TIMED_OUT, WORKER_LOST, Failure
from jobs.lifecycle.transition import (
    AWAKE,
    ENDED_BADLY,
    REST,
    fail_many,
    leave_running,
    move,
    move_many,
    only,
)
from jobs.models import Job
from jobs.models.pauses import IS_PAUSED
from jobs.models.states import Event, State

KEPT_COMPLETED = Sql("clock_timestamp() + keep_completed")


# --- before the first attempt ---------------------------------------------------------------------


def submit(jobs: Sequence[Job], *, actor: str = "", guard: Guard = UNGUARDED) -> None:
    """Store new jobs, all or none, in the states that they were built with.

    Raises what the guard raises; then nothing was stored.
    """
    insert(Entry(kind=Event.SUBMITTED, data={}, actor=actor), jobs, guard)


def promote_due(batch: int) -> list[Job]:
    """Make scheduled jobs `pending` whose time has come, `batch` at most."""
    due = Sql("run_at <= clock_timestamp()")
    return move_many(Event.PROMOTED, State.SCHEDULED, State.PENDING, due, batch, **AWAKE)


def expire_overdue(queue: str, unserved_for: timedelta, batch: int) -> list[Job]:
    """Fail jobs of a queue that no worker started in time, `batch` at most.

    `unserved_for` is the time in which the queue could have started a job and did not: a job
    expires only if that is as long as its own time limit. A paused job does not expire.
    """
    overdue = Sql(
        f"pending_until <= clock_timestamp() AND queue = %s AND pending_timeout <= %s "
        f"AND NOT {IS_PAUSED}",
        (queue, unserved_for),
    )
    return fail_many(Event.EXPIRED, State.PENDING, overdue, batch, EXPIRED)


# --- an attempt -----------------------------------------------------------------------------------


def claim(job_id: uuid.UUID, attempt: int, *, worker: str, lease: timedelta) -> Job | None:
    """Start attempt `attempt` of a pending job, under a lease; `None` if it is not to be had.

    A paused job is not to be had.
    """
    return only(
        move(
            Event.STARTED,
            State.PENDING,
            State.RUNNING,
            Sql(f"id = %s AND attempt = %s AND NOT {IS_PAUSED}", (job_id, attempt - 1)),
            data={"worker": worker},
            attempt=Sql("attempt + 1"),
            worker=worker,
            progress=Sql(f"CASE WHEN {dependencies.HAS_PARTS} THEN progress ELSE 0 END"),
            message="",
            error=None,
            started_at=NOW,
            pending_until=None,
            lease_expires_at=Sql("clock_timestamp() + %s", (lease,)),
            running_until=Sql("clock_timestamp() + timeout + 2 * grace"),
        )
    )


def complete(job: Job, output: Mapping[str, Any]) -> Job | None:
    """End a running attempt's job with its output."""
    return leave_running(
        job,
        Event.COMPLETED,
        State.COMPLETED,
        output=dict(output),
        progress=100,
        error=None,
        traceback="",
        finished_at=NOW,
        expires_at=KEPT_COMPLETED,
    )


def fail(job: Job, failure: Failure) -> Job | None:
    """End a running attempt's job as failed."""
    error = failure.as_json(job.attempt)
    return leave_running(
        job,
        Event.FAILED,
        State.FAILED,
        data={"error": error},
        error=error,
        traceback=failure.traceback,
        **ENDED_BADLY,
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
        excused=Sql("excused + %s", (int(uncounted),)),
        run_at=Sql("clock_timestamp() + %s", (wait,)),
    )


def snooze(job: Job, wait: timedelta) -> Job | None:
    """Run the job again after `wait`, at its handler's wish; the attempt does not count."""
    return leave_running(
        job,
        Event.SNOOZED,
        State.SCHEDULED,
        data={"wait_seconds": round(wait.total_seconds(), 3)},
        excused=Sql("excused + 1"),
        run_at=Sql("clock_timestamp() + %s", (wait,)),
    )


def hand_back(job: Job) -> Job | None:
    """Give a running attempt's job back: its worker shuts down. The attempt does not count."""
    return leave_running(job, Event.HANDED_BACK, State.PENDING, excused=Sql("excused + 1"), **AWAKE)


def end_cancelled(job: Job) -> Job | None:
    """End a running attempt's job as cancelled: its handler has stopped."""
    return leave_running(job, Event.CANCELLED, State.CANCELLED, **ENDED_BADLY)


# --- attempts that were lost ----------------------------------------------------------------------

NO_ATTEMPTS_LEFT = "attempt - excused >= max_attempts"
LEASE_RAN_OUT = Sql("lease_expires_at <= clock_timestamp()")


def lost_attempt(job_id: uuid.UUID, attempt: int) -> Sql:
    """Match one running attempt whose worker is known to be gone."""
    return Sql("id = %s AND attempt = %s", (job_id, attempt))


def rescue(lost: Sql, *, max_crashes: int, batch: int) -> list[Job]:
    """Take running jobs from workers that are gone, `batch` at most.

    One whose cancellation was asked for is cancelled; one without attempts left, or that has lost
    `max_crashes` workers, fails with `worker_lost`; any other is pending again.
    """
    crashed = {"crashes": Sql("crashes + 1")}
    doomed = Sql(
        f"{lost.text} AND (crashes + 1 >= %s OR {NO_ATTEMPTS_LEFT})", (*lost.params, max_crashes)
    )
    cancelled = move_many(
        Event.CANCELLED,
        State.RUNNING,
        State.CANCELLED,
        Sql(f"{lost.text} AND cancel_requested_at IS NOT NULL", lost.params),
        batch,
        **crashed,
        **ENDED_BADLY,
    )
    failed = fail_many(Event.FAILED, State.RUNNING, doomed, batch, WORKER_LOST, **crashed)
    rescued = move_many(
        Event.RESCUED, State.RUNNING, State.PENDING, lost, batch, **crashed, **REST, **AWAKE
    )
    return [*cancelled, *failed, *rescued]


def fail_overrun(batch: int) -> list[Job]:
    """Fail running jobs that are past their hard end although their lease is renewed."""
    overrun = Sql("running_until <= clock_timestamp()")
    return fail_many(Event.FAILED, State.RUNNING, overrun, batch, TIMED_OUT)


# --- on request -----------------------------------------------------------------------------------


def cancel(job_id: uuid.UUID, *, actor: str = "") -> Job | None:
    """Cancel a job that has not started, or ask its running attempt to stop. Twice is no error.

    Answers the job as it is now, or `None` if it has ended already.
    """
    idle = (State.WAITING, State.SCHEDULED, State.PENDING)
    found = only(
        move(
            Event.CANCELLED,
            idle,
            State.CANCELLED,
            Sql("id = %s", (job_id,)),
            actor=actor,
            cancel_requested_at=NOW,
            **ENDED_BADLY,
        )
    ) or only(
        update(
            Entry(kind=Event.CANCEL_REQUESTED, data={}, actor=actor),
            where=Sql("id = %s AND state = 'running' AND cancel_requested_at IS NULL", (job_id,)),
            changes={"cancel_requested_at": NOW},
        )
    )
    return found or Job.objects.filter(pk=job_id, state=State.RUNNING).first()


def retry(job_id: uuid.UUID, *, actor: str = "") -> Job:
    """Start a failed or cancelled job again, with all its attempts; completed steps stay done.

    Raises `WrongState` where the job has not ended, or has completed.
    """
    found = only(
        move(
            Event.RETRIED,
            (State.FAILED, State.CANCELLED),
            State.PENDING,
            Sql("id = %s", (job_id,)),
            actor=actor,
            excused=Sql("attempt"),
            crashes=0,
            progress=0,
            message="",
            error=None,
            traceback="",
            cancel_requested_at=None,
            finished_at=None,
            expires_at=None,
            **AWAKE,
        )
    )
    if found is None:
        raise WrongState("Only a failed or cancelled job can be retried.")
    return found
