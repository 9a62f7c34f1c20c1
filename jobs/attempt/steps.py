"""Durable steps: a later attempt does not repeat a completed step."""

from typing import Any

from psycopg2.extras import Json

from jobs.lifecycle.eventlog import Entry, Sql, update
from jobs.models import Job, JobStep
from jobs.models.states import Event


def read_results(job: Job) -> dict[str, Any]:
    """Return the results of the completed steps of a job, by name."""
    completed = JobStep.objects.filter(job=job, finished_at__isnull=False)
    return dict(completed.values_list("name", "output"))


def begin(job: Job, name: str) -> bool:
    """Record that a running attempt starts a step; `False` if it no longer owns the job."""
    started = Sql(
        "INSERT INTO jobs_jobstep (job_id, name, attempt, started_at) "
        "SELECT id, %s, attempt, clock_timestamp() FROM moved ON CONFLICT (job_id, name) "
        "DO UPDATE SET attempt = excluded.attempt, started_at = excluded.started_at",
        (name,),
    )
    return _log(job, Event.STEP_STARTED, name, started)


def finish(job: Job, name: str, output: Any) -> bool:
    """Store the result of a step of a running attempt; `False` if it no longer owns the job."""
    stored = Sql(
        "UPDATE jobs_jobstep AS step SET output = %s, finished_at = clock_timestamp() "
        "FROM moved WHERE step.job_id = moved.id AND step.name = %s",
        (Json(output), name),
    )
    return _log(job, Event.STEP_COMPLETED, name, stored)


def restore(job: Job, name: str) -> bool:
    """Record that a running attempt uses the stored result of a step; `False` if not owned."""
    return _log(job, Event.STEP_RESTORED, name, None)


def _log(job: Job, kind: Event, name: str, change: Sql | None) -> bool:
    fence = Sql("id = %s AND state = 'running' AND attempt = %s", (job.pk, job.attempt))
    return bool(
        update(Entry(kind=kind, data={"step": name}), where=fence, changes={}, extra=change)
    )
