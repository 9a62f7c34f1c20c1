"""The verbs of the hot path: functions in the database, which keep their query plans.

Each is one round trip that returns only the columns that its caller needs. The names have a
version, so that processes of two releases can run side by side. See docs/performance.md.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection

from jobs.lifecycle.eventlog import NO_GUARD, AdmissionGuard, Entry, announce, stored_rows
from jobs.models import Job, Organization
from jobs.models.clock import database_clock
from jobs.models.states import Event, State


class OrganizationChanged(Exception):
    """The default organization of a user is another one by now, or its row has changed."""


DEFERRED = frozenset(
    {"output", "error", "traceback", "webhook_url", "keep_completed", "keep_failed"}
)
"""Columns that an attempt seldom needs; Django reads them when they are used."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a worker process can run next: jobs of one type, in the order of a queue."""

    queue: str
    type: str
    worker: str
    lease: timedelta
    known_types: Sequence[str]
    """Job types that this process has. Jobs of other types are passed over."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """Limits at run time, as `jobs_full_limit_v1` takes them."""
    named: uuid.UUID | None = None
    """The job that the received message names, if this claim is for a message."""

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments of `jobs_claim_next_v1`."""
        return (
            self.queue,
            self.type,
            list(self.known_types),
            self.named,
            self.worker,
            self.lease,
            json.dumps(self.limits),
        )


_CLAIM_ARGUMENTS = "%s, %s, %s, %s::uuid, %s, %s, %s"


def submit(
    jobs: Sequence[Job],
    *,
    actor: str = "",
    guard: AdmissionGuard = NO_GUARD,
    windows: Mapping[str, int] | None = None,
    remembered: Organization | None = None,
) -> None:
    """Store new jobs, all or none, in the states that they were built with.

    `windows` maps queues to the number of messages that each may have: `published_at` of the jobs
    that fit is set, and the caller publishes them. `remembered` is an organization to verify.

    Raises the refusal of the guard if there are too many, or `OrganizationChanged`; then nothing
    was stored.
    """
    if not jobs:
        return
    for job in jobs:
        job.log_number = 1
    arguments = (
        stored_rows(jobs),
        actor,
        json.dumps(guard.limits),
        json.dumps(dict(windows or {})),
        *_verified(remembered),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM jobs_submit_v2(%s, %s, %s, %s, %s, %s, %s)", arguments)
        rows = cursor.fetchall()
    if rows[0][0] is None:
        raise OrganizationChanged if rows[0][3] is None else guard.refusal(rows[0][3])
    database_clock.observe(rows[0][1])
    stored = {job_id: (stored_at, is_published) for job_id, stored_at, is_published, _ in rows}
    for job in jobs:
        job.created_at, is_published = stored[job.pk]
        job.published_at = job.created_at if is_published else None
        job._state.adding, job._state.db = False, connection.alias
        announce(job, Entry(kind=Event.SUBMITTED, data={}, actor=actor), job.created_at)


def _verified(organization: Organization | None) -> tuple[Any, uuid.UUID | None, str | None]:
    if organization is None or organization.remembered_for is None:
        return None, None, None
    remembered = organization.remembered_for
    return remembered.user_id, organization.pk, remembered.version


def claim(job_id: uuid.UUID, attempt: int, *, worker: str, lease: timedelta) -> Job | None:
    """Start attempt number `attempt` of one pending job; `None` if it cannot be claimed any more.

    A paused job cannot be claimed. Limits at run time are not checked: see `claim_next`.
    """
    return _read_started(
        f"SELECT {_columns()} FROM jobs_job AS job "
        "CROSS JOIN LATERAL jobs_start_v1(job.id, %s, %s, %s) AS started "
        "WHERE job.id = %s AND jobs_pause_of_v1(job.queue, job.type, job.organization_id) IS NULL",
        (attempt, worker, lease, job_id),
    )


def claim_next(claim: Claim) -> Job | None:
    """Start the next job of the queue; `None` if there is none, or it has another type."""
    return _read_started(
        f"SELECT {_columns()} FROM jobs_claim_next_v1({_CLAIM_ARGUMENTS}) AS started",
        claim.arguments,
    )


def complete(job: Job, output: Mapping[str, Any]) -> Job | None:
    """Complete the job of a running attempt; `None` if the attempt no longer owns it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM jobs_complete_v1(%s, %s, %s)",
            (job.pk, job.attempt, json.dumps(dict(output))),
        )
        row = cursor.fetchone()
    return _read_completed(job, output, row)


def complete_and_claim(
    job: Job, output: Mapping[str, Any], claim: Claim
) -> tuple[Job | None, Job | None]:
    """Complete a job and start the next one, in one transaction; return both, like each alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT new_log_number, is_required, ended_at, deliveries, "
            f"{_columns()} FROM jobs_complete_and_claim_v1(%s, %s, %s, {_CLAIM_ARGUMENTS}) "
            "AS started",
            (job.pk, job.attempt, json.dumps(dict(output)), *claim.arguments),
        )
        row = cursor.fetchone()
    ended, started = row[:4], row[4:]
    return _read_completed(job, output, ended), _build_started(started)


def fill_window(queue: str, known_types: Sequence[str], size: int) -> list[Job]:
    """Mark the next jobs of a queue as published, up to `size` in all, and return them."""
    return list(
        Job.objects.raw(
            "SELECT * FROM jobs_fill_window_v1(%s, %s, %s)", [queue, list(known_types), size]
        )
    )


def unblock(causes: Sequence[str], limits: Mapping[str, Any], max_jobs: int) -> list[str]:
    """Return up to `max_jobs` jobs for each cause to the line; return their queues."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM jobs_unblock_v1(%s, %s, %s)",
            [list(causes), json.dumps(dict(limits)), max_jobs],
        )
        return [queue for (queue,) in cursor.fetchall()]


@lru_cache(maxsize=1)
def _fields() -> tuple[list[str], list[Any]]:
    """Return the names and the fields of the columns that an attempt gets."""
    fields = [field for field in Job._meta.concrete_fields if field.name not in DEFERRED]
    return [field.attname for field in fields], fields


@lru_cache(maxsize=1)
def _columns() -> str:
    columns = ", ".join(f'(started.job)."{field.column}"' for field in _fields()[1])
    return f"started.logged_at, started.stored_deliveries, {columns}"


def _read_started(statement: str, arguments: tuple[Any, ...]) -> Job | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        row = cursor.fetchone()
    return _build_started(row) if row else None


def _build_started(row: Sequence[Any]) -> Job | None:
    logged_at, stored_deliveries, *values = row
    if logged_at is None:
        return None
    names, fields = _fields()
    converted = [
        json.loads(value) if field.get_internal_type() == "JSONField" and value else value
        for field, value in zip(fields, values, strict=True)
    ]
    job = Job.from_db(connection.alias, names, converted)
    job.stored_deliveries = stored_deliveries  # type: ignore[attr-defined]  # for the outbox
    announce(job, Entry(kind=Event.STARTED, data={"worker": job.worker}), logged_at)
    return job


def _read_completed(job: Job, output: Mapping[str, Any], row: Sequence[Any] | None) -> Job | None:
    if row is None or row[0] is None:
        return None
    ended_at: datetime = row[2]
    job.log_number, job.has_dependants, job.finished_at = row[0], row[1], ended_at
    job.state, job.progress, job.output, job.error = State.COMPLETED, 100, dict(output), None
    job.lease_expires_at = job.running_until = None
    job.stored_deliveries = row[3]  # type: ignore[attr-defined]  # for the outbox
    announce(job, Entry(kind=Event.COMPLETED, data={}), ended_at)
    return job
