"""Celery's side: the task of each job type, and the maintenance tasks."""

import logging
import os
import time
import uuid
from collections.abc import Callable
from typing import Any

from celery import Task, current_app, shared_task, signals
from celery.exceptions import BackendStoreError, Ignore, Retry, WorkerLostError
from celery.worker.request import Request
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import close_old_connections, connection
from kombu.exceptions import OperationalError
from redis import RedisError

from jobs import registry
from jobs.attempt import lease
from jobs.dispatch import publish
from jobs.maintenance import expiry, relay, rescue, retention
from jobs.models.states import State
from jobs.monitoring import rollup
from jobs.redis import heartbeats
from jobs.redis.circuit_breaker import CircuitBreaker
from jobs.webhooks import delivery
from jobs.worker.runner import Ending, run_attempt

log = logging.getLogger(__name__)

PROCESS_GONE = (WorkerLostError, SystemExit, KeyboardInterrupt)
"""What Celery's main process reports when a child has ended in the middle of a task."""


class AttemptFailed(Exception):
    """Makes Celery and Flower show a failed job as a failed task; the row says why."""


class JobRequest(Request):
    """A job's message in the worker's main process, which alone sees a child die."""

    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> Any:
        """Rescue the job at once if its process is gone; any other failure is written already."""
        error = exc_info.exception
        if isinstance(getattr(error, "exc", error), PROCESS_GONE):  # billiard may wrap it
            self._deal_with(rescue.rescue_attempt)
        return super().on_failure(exc_info, *args, **kwargs)

    def on_timeout(self, soft: bool, timeout: float) -> Any:
        """End the job at once if its process was killed at the hard time limit."""
        if not soft:
            self._deal_with(rescue.end_overrun)
        return super().on_timeout(soft, timeout)

    def _deal_with(self, deal: Callable[[uuid.UUID, int], int]) -> None:
        job_id, attempt = self.args
        try:
            deal(uuid.UUID(job_id), attempt)
        except DatabaseFailure:
            log.exception("job %s: left to the reaper, the database is away", job_id)
        finally:
            # Children fork from this process and must not inherit an open connection.
            connection.close()


class JobTask(Task):  # type: ignore[type-arg]  # generic in the stubs only
    """One Celery task a job type, so that Flower, routing and Celery's tools know it by name."""

    Request: Any = JobRequest


class MaintenanceTask(Task):  # type: ignore[type-arg]
    """A task of beat's."""

    def before_start(self, *args: Any, **kwargs: Any) -> None:
        """Let go of a connection that broke: kept between tasks, it would fail every later one."""
        close_old_connections()


class Announcer:
    """Tells Celery an attempt's progress, from whichever thread, and never holds the attempt up."""

    breaker = CircuitBreaker(open_seconds=2.0)

    def __init__(self, task: JobTask) -> None:
        self._task = task
        self._id = str(task.request.id)
        self._hostname = task.request.hostname

    def __call__(self, progress: dict[str, Any]) -> None:
        """Store the progress in the result backend, and show it in Flower's list."""
        if self.breaker.is_open:
            return
        try:
            self._task.update_state(task_id=self._id, state="PROGRESS", meta=progress)
            # Celery sends no event for a state of ours, and Flower lives on events.
            with self._task.app.events.default_dispatcher(self._hostname) as dispatcher:
                dispatcher.send("task-progress", uuid=self._id, **progress)
        except (RedisError, OperationalError, BackendStoreError, OSError) as error:
            self.breaker.trip()
            log.warning("Celery cannot be told the progress: %s", error)


def run_job(self: JobTask, job_id: str, attempt: int) -> str:
    """Run one attempt of a job; the answer, for Flower, is the state that the job is in then."""
    worker = f"{self.request.hostname}/{os.getpid()}"
    ending = run_attempt(uuid.UUID(job_id), attempt, worker=worker, announce=Announcer(self))
    return _in_celerys_words(ending)


def _in_celerys_words(ending: Ending) -> str:
    """Tell Celery how an attempt ended: success, failure, retry, or nothing to do."""
    if ending.job is None:
        raise Ignore
    reason = ending.failure
    if reason is not None and ending.job.state == State.FAILED:
        raise AttemptFailed(f"{reason.code}: {reason.message}")
    if ending.job.state == State.SCHEDULED:
        raise Retry(message=reason.message if reason else "snoozed", when=ending.job.run_at)
    return str(ending.job.state)


for declared in registry.all_types():
    shared_task(name=declared.task_name, base=JobTask, bind=True)(run_job)


@shared_task(name="jobs.relay", base=MaintenanceTask)
def relay_jobs() -> int:
    """Fire schedules, promote jobs that are due, and publish jobs without a message."""
    return relay.relay()


@shared_task(name="jobs.rescue", base=MaintenanceTask)
def rescue_jobs() -> int:
    """Rescue jobs whose worker is lost, and fail jobs past their time limit."""
    return rescue.rescue()


@shared_task(name="jobs.expire", base=MaintenanceTask)
def expire_jobs() -> int:
    """Fail jobs that no worker started in time."""
    return expiry.expire()


@shared_task(name="jobs.purge", base=MaintenanceTask)
def purge_jobs() -> int:
    """Delete jobs whose retention has passed."""
    return retention.purge()


@shared_task(name="jobs.count", base=MaintenanceTask)
def count() -> int:
    """Add what was logged up into the counters of the metrics."""
    return rollup.fold()


@shared_task(name=publish.DELIVERER, base=MaintenanceTask)
def deliver_webhooks() -> int:
    """Tell webhooks of what has happened."""
    return delivery.deliver()


@shared_task(name="jobs.purge_deliveries", base=MaintenanceTask)
def purge_deliveries() -> int:
    """Delete deliveries that have been kept for long enough."""
    return delivery.purge()


@signals.worker_process_init.connect
def _prepare_process(**_: Any) -> None:
    lease.keeper.install()


@signals.heartbeat_sent.connect
def _note_worker(sender: Any, **_: Any) -> None:
    # In the main process, every two seconds, however long its children are busy.
    heartbeats.record_worker(sender.eventer.hostname, current_app.amqp.queues.consume_from)


@signals.task_success.connect
def _note_success(sender: Task, **_: Any) -> None:  # type: ignore[type-arg]
    if any(entry["task"] == sender.name for entry in current_app.conf.beat_schedule.values()):
        heartbeats.record_task(str(sender.name))


@signals.worker_shutting_down.connect
def _start_handing_back(**_: Any) -> None:
    lease.shutdown_at.value = time.time() + settings.JOBS_SHUTDOWN_GRACE.total_seconds()
