"""Admission: how many jobs of a type may be active, per organization, user and subject."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import Any

from django.db import connection

from jobs import registry
from jobs.errors import LimitReached, TooManyForLimit, UnknownJobType
from jobs.lifecycle.eventlog import NO_GUARD, AdmissionGuard
from jobs.models import Job, Organization
from jobs.models.limits import size_of_limit
from jobs.registry import Limit

MIN_APPROXIMATE_SIZE = 1000
"""Smaller limits hold exactly: the submission takes a lock and counts. To count thousands of jobs
would cost more than to store one; such large limits only stop a client that runs wild."""
COUNT_AGE_SECONDS = 1.0
"""How long a process uses the count for a large limit."""
MAX_COUNTS = 10_000
MIN_RETRY_AFTER = timedelta(seconds=1)
MAX_RETRY_AFTER = timedelta(hours=1)
RECENT_JOBS = 200
"""An organization's newest jobs, of which the durations are measured for `Retry-After`."""

_EXPECTED_WAIT = """
WITH recent AS (
    SELECT type, state, finished_at - started_at AS took FROM jobs_job
    WHERE organization_id = %(organization_id)s ORDER BY created_at DESC, id DESC LIMIT %(recent)s
), typical AS (
    SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY took), %(default)s) AS took
    FROM recent WHERE type = %(type)s AND state = 'completed'
), ends AS (
    SELECT greatest(typical.took - (clock_timestamp() - started_at), interval '0') AS wait
    FROM jobs_job, typical WHERE state = 'running' AND {scope}
), nth AS (SELECT wait FROM ends ORDER BY wait OFFSET %(ends)s - 1 LIMIT 1)
SELECT coalesce(
    (SELECT wait FROM nth),
    typical.took * ceil(%(ends)s::float8 / greatest((SELECT count(*) FROM ends), 1))
) FROM typical
"""


_LOCK = """
SELECT pg_advisory_xact_lock(hash) FROM (
    SELECT hashtextextended(guard ->> 'lock', 0) AS hash
    FROM jsonb_array_elements(%s) AS guard ORDER BY 1
) AS ordered
"""
_COUNT = """
SELECT jobs_count_active_v1(scope.organization_id, scope.type, scope.owner_id, scope.subject),
    (guard ->> 'maximum')::integer
FROM jsonb_array_elements(%s) WITH ORDINALITY AS listed (guard, place),
    jsonb_populate_record(NULL::jobs_job, guard) AS scope ORDER BY place
"""
"""As in `jobs_submit`, which takes the same locks."""


@dataclass(frozen=True, kw_only=True)
class LimitKey:
    """A set of jobs that share one limit: those of one type, in one scope."""

    limit: Limit
    where: tuple[tuple[str, Any], ...]
    """Columns and values that select the jobs. They also name the lock."""

    @property
    def columns(self) -> dict[str, Any]:
        """The values as JSON, with null for the columns that do not matter."""
        values = {
            name: str(value) if name == "organization_id" else value for name, value in self.where
        }
        return {"owner_id": None, "subject": None, **values}


@dataclass
class _Count:
    active: int
    at: float = field(default_factory=time.monotonic)


_counts: dict[LimitKey, _Count] = {}


def build_guard(jobs: Sequence[Job], organization: Organization) -> AdmissionGuard:
    """Return the guard that lets in all jobs or none. It raises `LimitReached`.

    One lock for each key, always taken in the same order, so that parallel submissions neither
    exceed a limit nor deadlock. Raises `TooManyForLimit` for jobs that can never fit together.
    """
    requested = Counter(key for job in jobs for key in limit_keys(job, organization))
    for key, number in requested.items():
        if number > key.limit.size:
            raise TooManyForLimit(key.limit.scope, size=key.limit.size, requested=number)
    exact = [key for key in requested if key.limit.size < MIN_APPROXIMATE_SIZE]
    for key in requested.keys() - set(exact):
        _check_approximately(key, requested[key])
    if not exact:
        return NO_GUARD

    def refuse(active: list[int]) -> LimitReached:
        return next(
            _refuse(key, in_use, requested[key])
            for in_use, key in zip(active, exact, strict=True)
            if in_use + requested[key] > key.limit.size
        )

    limits = [
        {"lock": str(key.where), "maximum": key.limit.size - requested[key], **key.columns}
        for key in exact
    ]
    return AdmissionGuard(limits=limits, refusal=refuse)


def check_retry(job: Job) -> None:
    """Raise `LimitReached` if one more active job would exceed a limit.

    Takes the locks of a submission until the end of the transaction, which must be open: what the
    next statement counts cannot change before its commit.
    """
    try:
        guard = build_guard([job], job.organization)
    except UnknownJobType:
        return  # the type was removed, and with it its limits
    if not guard.limits:
        return
    limits = json.dumps(guard.limits)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [limits])
        cursor.execute(_COUNT, [limits])
        counted = cursor.fetchall()
    if any(active > maximum for active, maximum in counted):
        raise guard.refusal([active for active, _ in counted])


def _refuse(key: LimitKey, in_use: int, requested: int) -> LimitReached:
    return LimitReached(
        key.limit.scope,
        size=key.limit.size,
        in_use=in_use,
        retry_after=expected_wait(key, ends=in_use + requested - key.limit.size),
    )


def _check_approximately(key: LimitKey, requested: int) -> None:
    """Raise `LimitReached` if a large limit is full, by a count that this process made just now."""
    counted = _counts.get(key)
    if (
        counted is None
        or time.monotonic() - counted.at > COUNT_AGE_SECONDS
        or counted.active + requested > key.limit.size
    ):
        if len(_counts) >= MAX_COUNTS:
            _counts.clear()
        counted = _counts[key] = _Count(_count(key))
    if counted.active + requested > key.limit.size:
        raise _refuse(key, counted.active, requested)
    counted.active += requested


def _count(key: LimitKey) -> int:
    columns = key.columns
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT jobs_count_active_v1(%s::uuid, %s, %s, %s)",
            [columns[name] for name in ("organization_id", "type", "owner_id", "subject")],
        )
        return int(cursor.fetchone()[0])


def expected_wait(key: LimitKey, *, ends: int) -> timedelta:
    """Estimate when `ends` jobs of a full limit will have ended, from how long such jobs take.

    The typical duration is the median of the organization's recent jobs of the type, or else what
    the type declares.
    """
    where: Mapping[str, Any] = dict(key.where)
    statement = _EXPECTED_WAIT.format(
        scope=" AND ".join(f"{column} = %({column})s" for column in where)
    )
    typical = sum(registry.get(where["type"]).typical_duration, timedelta()) / 2
    parameters = {**where, "ends": ends, "default": typical, "recent": RECENT_JOBS}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        [wait] = cursor.fetchone()
    bounded = min(max(wait, MIN_RETRY_AFTER), MAX_RETRY_AFTER)
    return timedelta(seconds=ceil(bounded.total_seconds()))


def limit_keys(job: Job, organization: Organization) -> list[LimitKey]:
    """Return the limits that a job counts against, with the organization's own sizes."""
    columns: dict[str, dict[str, Any]] = {
        "organization": {},
        "user": {"owner_id": job.owner_id},
        "subject": {"subject": job.subject},
    }
    keys = []
    for limit in registry.get(job.type).limits:
        if limit.scope == "subject" and not job.subject:
            continue
        where = {
            "organization_id": job.organization_id,
            "type": job.type,
            **columns[limit.scope],
        }
        size = size_of_limit(organization.limits, job.type, limit.scope, limit.size)
        sized = Limit(scope=limit.scope, size=size)
        keys.append(LimitKey(limit=sized, where=tuple(where.items())))
    return keys
