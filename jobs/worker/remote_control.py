"""Remote control commands of Celery workers, which Flower and `celery control` send.

Those of Celery that act on tasks act on jobs here: a message is not the job, so Celery's own would
discard a message that another job may be waiting for, or kill a process that is then restarted with
the same job.
"""

import os
import signal
import uuid
from collections.abc import Callable
from typing import Any

from celery.utils.functional import maybe_list
from celery.worker.control import Panel, control_command
from django.db import Error as DatabaseError
from django.db import connection

from jobs import registry
from jobs.dispatch.draining import DRAIN, UNDRAIN
from jobs.errors import WrongState
from jobs.models import Job
from jobs.submission.control import cancel_job

ACTOR = "remote control"
"""The actor in the log of a job: Celery does not say who sent a command."""
FIXED_BY_TYPE = "The {limit} of a job is declared by its type. Change the declaration instead."

Command = Callable[..., Any]
_celery_commands: dict[str, Command] = {
    name: Panel.data[name] for name in ("revoke", "rate_limit", "time_limit")
}

_drained: set[str] = set()
"""The queues that this worker consumed before it was drained."""


@control_command(name=DRAIN)
def drain(state: Any) -> dict[str, str]:
    """Take no more messages. Running jobs go on."""
    queues = state.consumer.task_consumer.queues
    for queue in [queue.name for queue in queues]:
        _drained.add(queue)
        state.consumer.cancel_task_queue(queue)
    return {"ok": "drained"}


@control_command(name=UNDRAIN)
def undrain(state: Any) -> dict[str, str]:
    """Take messages of the former queues again."""
    while _drained:
        state.consumer.add_task_queue(_drained.pop())
    return {"ok": "consuming"}


@control_command(variadic="task_id", signature="[id1 [id2 [... [idN]]]]")
def revoke(state: Any, task_id: Any, terminate: bool = False, **options: Any) -> Any:
    """Cancel the jobs with these task IDs. Other tasks are revoked as Celery does."""
    task_ids = [str(each) for each in maybe_list(task_id) or []]
    jobs = {each: job_id for each in task_ids if (job_id := _job_of(each))}
    if others := [each for each in task_ids if each not in jobs]:
        _celery_commands["revoke"](state, others, terminate=terminate, **options)
    try:
        results = [_cancel(each, job_id) for each, job_id in jobs.items()]
    except DatabaseError as error:
        return {"error": f"The database is unavailable, so nothing was cancelled: {error}"}
    finally:
        # Children fork from this process, and must not inherit an open connection.
        connection.close()
    return {"ok": "; ".join([*results, *(f"revoked {each}" for each in others)])}


@control_command(variadic="task_id", signature="<signal> [id1 [id2 [... [idN]]]]")
def terminate(state: Any, signal: str, task_id: Any, **options: Any) -> Any:
    """Cancel the running jobs with these task IDs. Other tasks are terminated as Celery does."""
    return revoke(state, task_id, terminate=True, signal=signal, **options)


@control_command()
def shutdown(state: Any, msg: str = "", **options: Any) -> None:
    """Stop this worker as SIGTERM does: jobs that do not end in time are handed back."""
    os.kill(os.getpid(), signal.SIGTERM)


@control_command(args=[("task_name", str), ("rate_limit", str)], signature="<task> <rate>")
def rate_limit(state: Any, task_name: str, rate_limit: Any, **options: Any) -> Any:
    """Refuse to change the rate of a job type."""
    if _is_job_type(task_name):
        return {"error": FIXED_BY_TYPE.format(limit="rate")}
    return _celery_commands["rate_limit"](state, task_name, rate_limit, **options)


@control_command(
    args=[("task_name", str), ("soft", float), ("hard", float)], signature="<task> <soft> [hard]"
)
def time_limit(
    state: Any, task_name: str = "", hard: Any = None, soft: Any = None, **options: Any
) -> Any:
    """Refuse to change the timeout of a job type."""
    if _is_job_type(task_name):
        return {"error": FIXED_BY_TYPE.format(limit="timeout")}
    return _celery_commands["time_limit"](state, task_name, hard=hard, soft=soft, **options)


def _is_job_type(task_name: str) -> bool:
    return any(declared.task_name == task_name for declared in registry.all_types())


def _job_of(task_id: str) -> uuid.UUID | None:
    """Return the job of the task ID of an attempt, `<job>.<attempt>`; `None` for another task."""
    job_id, dot, attempt = task_id.partition(".")
    try:
        return uuid.UUID(job_id) if dot and attempt.isdecimal() else None
    except ValueError:
        return None


def _cancel(task_id: str, job_id: uuid.UUID) -> str:
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return f"{task_id}: there is no such job"
    try:
        cancel_job(job, actor=ACTOR)
    except WrongState as ended:
        return f"{task_id}: {ended.message}"
    return f"{task_id}: cancelled"
