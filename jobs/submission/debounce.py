"""Debounced jobs: repeated submissions delay one job and replace its input until it starts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from jobs.lifecycle.debounce import postpone
from jobs.models import Job
from jobs.submission.uniqueness import lock_statement

_FIND = """
SELECT id FROM jobs_job
WHERE organization_id = %s AND type = %s AND debounce_key = %s
    AND state IN ('scheduled', 'pending') AND attempt = 0
ORDER BY (created_at, id) DESC LIMIT 1
"""


@dataclass(frozen=True, kw_only=True)
class Debounce:
    """Delay a job, and let later submissions with the same key replace its input."""

    key: str
    seconds: float
    """Time from the last submission to the start."""
    max_seconds: float | None = None
    """Maximum time from the first submission to the start. Default: none."""

    def first_start(self, now: datetime) -> datetime:
        """Return when a new job starts if no other submission follows."""
        return now + timedelta(seconds=min(self.seconds, self.max_seconds or self.seconds))


def postpone_existing(job: Job, debounce: Debounce, *, actor: str) -> Job | None:
    """Give the input of a new job to the waiting one with its key, and delay that; return it.

    `None` if there is none, or if it has started. Call this in the transaction that then stores the
    new job: it locks the key until the end, so parallel submissions store one job.
    """
    lock, parameters = lock_statement(job.organization_id, [f"debounce:{job.type}:{debounce.key}"])
    with connection.cursor() as cursor:
        cursor.execute(lock + _FIND, [*parameters, job.organization_id, job.type, debounce.key])
        row = cursor.fetchone()
    if row is None:
        return None
    longest = debounce.max_seconds
    return postpone(
        row[0],
        job.input,
        limit_keys=job.limit_keys,
        wait=timedelta(seconds=debounce.seconds),
        max_wait=None if longest is None else timedelta(seconds=longest),
        actor=actor,
    )
