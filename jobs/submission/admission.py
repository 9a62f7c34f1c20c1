"""Admission: how many jobs of a type may be active, per organization, user and subject."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from django.db import connection

from jobs import registry
from jobs.errors import LimitReached, TooManyForLimit
from jobs.lifecycle.dependencies import HAS_PARTS
from jobs.lifecycle.eventlog import NO_GUARD, AdmissionGuard, Sql
from jobs.models import Job, Organization
from jobs.models.limits import size_of_limit
from jobs.models.states import State
from jobs.registry import Limit

MIN_RETRY_AFTER = timedelta(seconds=1)
MAX_RETRY_AFTER = timedelta(hours=1)
RECENT_JOBS = 200
"""An organization's newest jobs, of which the durations are measured for `Retry-After`."""

_ACTIVE = (
    f"FROM jobs_job WHERE (state IN ('{State.PENDING}', '{State.RUNNING}') "
    f"OR state = '{State.SCHEDULED}' AND attempt > 0 "
    f"OR state = '{State.WAITING}' AND {HAS_PARTS}) AND parent_id IS NULL"
)
"""Pending and running jobs, those that back off between two attempts, and those that wait for their
own parts. A job that is submitted for later, or that waits for other jobs, takes no place until it
is pending."""

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


@dataclass(frozen=True, kw_only=True)
class LimitKey:
    """A set of jobs that share one limit: those of one type, in one scope."""

    limit: Limit
    where: tuple[tuple[str, Any], ...]
    """Columns and values that select the jobs. They also name the lock."""

    @property
    def scope(self) -> Sql:
        """The condition that selects the jobs."""
        columns = " AND ".join(f"{column} = %s" for column, _ in self.where)
        return Sql(columns, tuple(value for _, value in self.where))

    @property
    def count(self) -> Sql:
        """A subquery that counts the active jobs; the parts of a job count as that one job."""
        return Sql(f"(SELECT count(*) {_ACTIVE} AND {self.scope.text})", self.scope.params)


def build_guard(jobs: Sequence[Job], organization: Organization) -> AdmissionGuard:
    """Return the guard that lets in all jobs or none. It raises `LimitReached`.

    One lock for each key, always taken in the same order, so that parallel submissions neither
    exceed a limit nor deadlock. Raises `TooManyForLimit` for jobs that can never fit together.
    """
    requested = Counter(key for job in jobs for key in limit_keys(job, organization))
    for key, number in requested.items():
        if number > key.limit.size:
            raise TooManyForLimit(key.limit.scope, size=key.limit.size, requested=number)
    if not requested:
        return NO_GUARD
    counts = [key.count for key in requested]

    def refuse(active: list[int]) -> LimitReached:
        in_use, key, number = next(
            (count, key, number)
            for count, (key, number) in zip(active, requested.items(), strict=True)
            if count + number > key.limit.size
        )
        return LimitReached(
            key.limit.scope,
            size=key.limit.size,
            in_use=in_use,
            retry_after=expected_wait(key, ends=in_use + number - key.limit.size),
        )

    return AdmissionGuard(
        locks=sorted(str(key.where) for key in requested),
        counts=Sql(
            f"ARRAY[{', '.join(count.text for count in counts)}]::int[]",
            tuple(param for count in counts for param in count.params),
        ),
        maximums=[key.limit.size - number for key, number in requested.items()],
        refusal=refuse,
    )


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
