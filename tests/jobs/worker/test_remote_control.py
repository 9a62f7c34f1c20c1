"""Remote control commands that act on tasks act on jobs, or are refused with the reason."""

from collections.abc import Callable
from typing import Any

import pytest
from celery.worker import state as worker_state
from celery.worker.control import Panel

from config.celery import app
from jobs import registry
from jobs.dispatch import publish
from jobs.models import Job
from jobs.models.states import State
from jobs.worker import remote_control

pytestmark = pytest.mark.django_db(transaction=True)


class WorkerState:
    """The state of a worker, as commands receive it."""

    app = app


def send(command: str, *arguments: Any, **options: Any) -> dict[str, str]:
    response: dict[str, str] = Panel.data[command](WorkerState(), *arguments, **options)
    return response


@pytest.mark.parametrize(
    ("command", "options"),
    [("revoke", {}), ("revoke", {"terminate": True}), ("terminate", {"signal": "SIGKILL"})],
)
def test_a_revoked_job_is_cancelled(job: Job, command: str, options: dict[str, Any]) -> None:
    task_id = publish.task_id(job, 1)
    assert send(command, task_id=task_id, **options) == {"ok": f"{task_id}: cancelled"}
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert job.events.get(kind="cancelled").actor == remote_control.ACTOR
    assert task_id not in worker_state.revoked, "another job may need its message"


def test_cancellation_is_requested_of_a_running_job(running: Job) -> None:
    send("terminate", "SIGTERM", publish.task_id(running, running.attempt))
    running.refresh_from_db()
    assert running.state == State.RUNNING
    assert running.cancel_requested_at is not None


def test_several_jobs_are_cancelled_and_the_reason_is_given_for_the_others(
    make_job: Callable[..., Job],
) -> None:
    jobs = [make_job("echo", text="x") for _ in range(2)]
    Job.objects.filter(pk=jobs[1].pk).update(state=State.COMPLETED)
    gone = "01a22f5b-7b8e-7a0f-beca-20478c96f5da.1"
    response = send("revoke", [*(publish.task_id(job, 1) for job in jobs), gone])
    assert "cancelled" in response["ok"]
    assert "has already ended (completed)" in response["ok"]
    assert f"{gone}: there is no such job" in response["ok"]


def test_a_task_of_maintenance_is_revoked_as_celery_does() -> None:
    task_id = "8a9f7d3e-0000-4000-8000-000000000000"
    assert send("revoke", task_id) == {"ok": f"revoked {task_id}"}
    assert task_id in worker_state.revoked
    worker_state.revoked.discard(task_id)


@pytest.mark.parametrize(
    ("command", "options"),
    [("rate_limit", {"rate_limit": "5/m"}), ("time_limit", {"soft": 1.0, "hard": 2.0})],
)
def test_limits_of_a_type_are_changed_in_its_declaration(
    job: Job, command: str, options: dict[str, Any]
) -> None:
    task_name = registry.get(job.type).task_name
    assert "declared by its type" in send(command, task_name=task_name, **options)["error"]
    assert send(command, task_name="other", **options) == {"error": "unknown task"}, "by Celery"
