"""Limits at run time: concurrency and rates of a type, an organization, a user, a subject or a key.

A worker checks them when it claims a job, under one lock for each key, so they hold exactly. A job
whose limit is full leaves the line (`blocked_by`) until a place is free, and costs nothing there.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from django.db import connection

from jobs import registry
from jobs.dispatch import window
from jobs.lifecycle import functions
from jobs.models import Job
from jobs.registry import JobType, RunLimit

MAX_UNBLOCKED_JOBS = 1000
"""Per cause and statement."""
PAUSE = "pause:"

_CAUSES = """
WITH RECURSIVE cause (name) AS (
    (SELECT blocked_by FROM jobs_job WHERE state = 'pending' AND blocked_by <> ''
     ORDER BY blocked_by LIMIT 1)
    UNION ALL SELECT (
        SELECT blocked_by FROM jobs_job
        WHERE state = 'pending' AND blocked_by <> '' AND blocked_by > cause.name
        ORDER BY blocked_by LIMIT 1
    ) FROM cause WHERE cause.name IS NOT NULL
)
SELECT name FROM cause WHERE name IS NOT NULL AND NOT EXISTS (
    SELECT FROM jobs_pause WHERE 'pause:' || scope || ':' || value = cause.name
)
"""
"""What keeps jobs out of the line, except pauses that still hold; one look into the index each."""


@lru_cache(maxsize=1)
def rules() -> dict[str, dict[str, Any]]:
    """Return the limits of all job types, as the functions of the database take them."""
    return {
        name: limit.rule for declared in registry.all_types() for name, limit in _named(declared)
    }


def keys_of(declared: JobType, job: Job) -> list[str]:
    """Return the keys of the limits that a job counts against; calls the functions of authors."""
    has_keys = any(limit.key for limit in declared.run_limits)
    validated = declared.input.model_validate(job.input) if has_keys else None
    keys = []
    for name, limit in _named(declared):
        scope = _scope_key(limit, job)
        if scope is not None:
            keys.append(f"{name}:{scope}:{limit.key(validated) if limit.key else ''}")
    return keys


def unblock(causes: Collection[str]) -> None:
    """Return jobs to the line as far as their limits have places, and publish them."""
    if not causes:
        return
    queues = functions.unblock(sorted(causes), rules(), MAX_UNBLOCKED_JOBS)
    for queue in sorted(set(queues)):
        window.fill(queue)


def find_causes() -> list[str]:
    """Return the causes that keep jobs out of the line, except pauses that have not ended."""
    with connection.cursor() as cursor:
        cursor.execute(_CAUSES)
        return [name for (name,) in cursor.fetchall()]


def _named(declared: JobType) -> Iterable[tuple[str, RunLimit]]:
    return ((f"{declared.name}/{limit.name}", limit) for limit in declared.run_limits)


def _scope_key(limit: RunLimit, job: Job) -> str | None:
    """Return the part of a key that names the scope; `None` if it does not concern the job."""
    if limit.scope == "subject":
        return f"{job.organization_id}/{job.subject}" if job.subject else None
    if limit.scope == "user":
        return f"{job.organization_id}/{job.owner_id}"
    return str(job.organization_id) if limit.scope == "organization" else ""
