"""What a running attempt notes of its job without changing its state: lease, progress, usage.

Not worth an entry of the log, and fenced like everything else that an attempt writes.
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
class Held:
    """The lease holds."""

    cancel_requested: bool


def renew(job: Job, lease: timedelta) -> Held | None:
    """Extend the lease of a running attempt; `None` if the attempt no longer has the job."""
    return _note(job, Sql("lease_expires_at = clock_timestamp() + %s", (lease,)))


def report_progress(job: Job, percent: int, message: str) -> Held | None:
    """Note how far a running attempt is; `None` if the attempt no longer has the job."""
    return _note(job, Sql("progress = greatest(progress, %s), message = %s", (percent, message)))


def look(job: Job) -> Held | None:
    """See whether a running attempt still has the job, and whether it should stop."""
    mine = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempt=job.attempt)
    row = mine.values_list("cancel_requested_at").first()
    return Held(cancel_requested=row[0] is not None) if row else None


def roll_up(batch_id: uuid.UUID) -> Job | None:
    """Give a job that waits for the parts in this batch the mean of their progress.

    `None` where nobody waits for them.
    """
    whole = Job.objects.raw(
        f"""
        WITH part AS (
            SELECT state = ANY(%s) AS ended, progress FROM jobs_job WHERE batch_id = %s
        ), parts AS (
            SELECT avg(CASE WHEN ended THEN 100 ELSE progress END)::int AS done,
                count(*) FILTER (WHERE ended) || ' of ' || count(*) || ' parts done' AS told
            FROM part
        )
        UPDATE jobs_job AS whole SET progress = greatest(progress, done), message = told
        FROM parts WHERE state = '{State.WAITING}'
            AND id = (SELECT gathered_by_id FROM jobs_batch WHERE id = %s)
        RETURNING whole.*
        """,
        (sorted(TERMINAL), batch_id, batch_id),
    )
    return next(iter(whole), None)


def add_usage(
    job: Job, *, model: str, prompt_tokens: int, completion_tokens: int, cost_usd: float
) -> None:
    """Add a model call to the job's usage, that of the job whose part it is, and the counters.

    Not fenced: a stale attempt's call was paid as well.
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
            "WHERE id = %(job)s "
            "OR id = (SELECT gathered_by_id FROM jobs_batch WHERE id = %(batch)s)",
            {
                "model": model,
                "prompt": prompt_tokens,
                "completion": completion_tokens,
                "cost": cost_usd,
                "job": job.pk,
                "batch": job.batch_id,
            },
        )


def _note(job: Job, assignments: Sql) -> Held | None:
    """Write what is not worth a log entry, fenced to the attempt."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE jobs_job SET {assignments.text} "
            "WHERE id = %s AND state = 'running' AND attempt = %s "
            "RETURNING cancel_requested_at IS NOT NULL",
            (*assignments.params, job.pk, job.attempt),
        )
        row = cursor.fetchone()
    return Held(cancel_requested=row[0]) if row else None
