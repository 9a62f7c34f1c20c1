"""Writes of a running attempt that do not change the job's state: lease, progress, usage.

They are fenced to the attempt like its transitions, but have no entry in the event log.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from jobs.lifecycle.eventlog import Sql
from jobs.models import Job
from jobs.models.counters import ADD
from jobs.models.states import TERMINAL, State


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """The attempt still owns its job."""

    cancel_requested: bool


def renew_lease(job: Job, lease: timedelta) -> Ownership | None:
    """Extend the lease of a running attempt; `None` if the attempt no longer owns the job."""
    return _update(job, Sql("lease_expires_at = clock_timestamp() + %s", (lease,)))


def store_progress(job: Job, percent: int, message: str) -> Ownership | None:
    """Store the progress of a running attempt; `None` if the attempt no longer owns the job."""
    return _update(job, Sql("progress = greatest(progress, %s), message = %s", (percent, message)))


def read_ownership(job: Job) -> Ownership | None:
    """Check whether a running attempt still owns its job, and whether cancellation is requested."""
    current = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempt=job.attempt)
    row = current.values_list("cancel_requested_at").first()
    return Ownership(cancel_requested=row[0] is not None) if row else None


def roll_up_parts(parent_id: uuid.UUID) -> Job | None:
    """Set the progress of a waiting split job to the mean of its parts, and return the job.

    `None` if the job is not waiting.
    """
    parent = Job.objects.raw(
        f"""
        WITH part AS (
            SELECT state = ANY(%s) AS ended, progress FROM jobs_job WHERE parent_id = %s
        ), parts AS (
            SELECT avg(CASE WHEN ended THEN 100 ELSE progress END)::int AS mean,
                count(*) FILTER (WHERE ended) || ' of ' || count(*) || ' parts done' AS summary
            FROM part
        )
        UPDATE jobs_job AS parent SET progress = greatest(progress, mean), message = summary
        FROM parts WHERE id = %s AND state = '{State.WAITING}' RETURNING parent.*
        """,
        (sorted(TERMINAL), parent_id, parent_id),
    )
    return next(iter(parent), None)


def add_usage(
    job: Job, *, model: str, prompt_tokens: int, completion_tokens: int, cost_usd: float
) -> None:
    """Add a model call to the usage of the job, of its parent if it is a part, and to the counters.

    Not fenced: the call of a stale attempt is paid as well.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH counted AS (INSERT INTO jobs_counter (name, labels, value) VALUES "
            "('model_tokens', ARRAY[%(model)s, 'prompt'], %(prompt)s), "
            "('model_tokens', ARRAY[%(model)s, 'completion'], %(completion)s), "
            f"('model_cost', ARRAY[%(model)s], %(cost)s) {ADD}) "
            "UPDATE jobs_job SET usage = jsonb_build_object('model', %(model)s::text, "
            "'prompt_tokens', coalesce((usage->>'prompt_tokens')::bigint, 0) + %(prompt)s, "
            "'completion_tokens', "
            "coalesce((usage->>'completion_tokens')::bigint, 0) + %(completion)s, "
            "'cost_usd', round(coalesce((usage->>'cost_usd')::numeric, 0) + %(cost)s::numeric, 6)) "
            "WHERE id IN (%(job)s, %(parent)s)",
            {
                "model": model,
                "prompt": prompt_tokens,
                "completion": completion_tokens,
                "cost": cost_usd,
                "job": job.pk,
                "parent": job.parent_id,
            },
        )


def _update(job: Job, assignments: Sql) -> Ownership | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE jobs_job SET {assignments.text} "
            "WHERE id = %s AND state = 'running' AND attempt = %s "
            "RETURNING cancel_requested_at IS NOT NULL",
            (*assignments.params, job.pk, job.attempt),
        )
        row = cursor.fetchone()
    return Ownership(cancel_requested=row[0]) if row else None
