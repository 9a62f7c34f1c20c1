"""Celery tasks: one per job type, and the maintenance tasks."""

import gc
import logging
import math
import os
import sys
import threading
import time
import uuid
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from celery import Task, current_app, shared_task, signals
from celery.exceptions import BackendStoreError, Ignore, Retry, WorkerLostError
from celery.worker.request import Request
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from kombu import Queue
from kombu.exceptions import OperationalError
from redis import RedisError

from jobs import registry
from jobs.attempt import lease
from jobs.dispatch import publish
from jobs.maintenance import expiry, relay, rescue, retention
from jobs.models import Job
from jobs.models.states import State
from jobs.monitoring import rollup
from jobs.redis import heartbeats
from jobs.redis.circuit_breaker import CircuitBreaker
from jobs.webhooks import delivery
from jobs.worker import remote_control  # noqa: F401  # registers its commands
from jobs.worker.loop import JobLoop
from jobs.worker.lost_process import describe_loss, measure_memory
from jobs.worker.pools import refuse_pool
from jobs.worker.runner import AttemptResult
from jobs.worker.task_events import TaskEvents

log = logging.getLogger(__name__)

PROCESS_LOST = (WorkerLostError, SystemExit, KeyboardInterrupt)
"""Errors that Celery's main process reports when a child process ends in the middle of a task."""


class AttemptFailed(Exception):
    """Makes Celery and Flower show a failed job as a failed task. The row has the reason."""


class JobTaskRequest(Request):
    """The message of a job in the main process of the worker, which sees when a child dies."""

    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> Any:
        """Rescue the job at once if its process is lost. Other failures are already written."""
        error = getattr(exc_info.exception, "exc", exc_info.exception)  # billiard can wrap it
        if isinstance(error, PROCESS_LOST):
            named, cause = uuid.UUID(self.args[0]), describe_loss(error, self.worker_pid)
            self._recover(lambda: rescue.rescue_process(self._process, named, cause=cause))
        return super().on_failure(exc_info, *args, **kwargs)

    def on_timeout(self, soft: bool, timeout: float) -> Any:
        """Fail the job at once if its process was killed at the hard time limit."""
        if not soft:
            self._recover(lambda: rescue.end_overrun(self._process))
        return super().on_timeout(soft, timeout)

    @property
    def _process(self) -> str:
        return name_process(self.hostname, self.worker_pid)

    def _recover(self, recover: Callable[[], int]) -> None:
        try:
            recover()
        except DatabaseError:
            log.exception("the database is unavailable, the rescue task will retry")
        finally:
            # Children fork from this process, and must not inherit an open connection.
            connection.close()


class JobTask(Task):  # type: ignore[type-arg]  # generic in the stubs only
    """The Celery task of a job type, so that Flower, routing and Celery's tools show its name."""

    Request: Any = JobTaskRequest


class MaintenanceTask(Task):  # type: ignore[type-arg]
    """A task that beat enqueues. A process runs it once at a time, and drops other messages."""

    may_coalesce = True
    """Whether a message that arrives within half an interval of the last start is dropped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started_at = -math.inf

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task, or drop the message if it waited for so long that others came after it."""
        if not self._lock.acquire(blocking=False):
            raise Ignore
        try:
            started_at = time.monotonic()
            if self.may_coalesce and started_at - self._started_at < 0.5 * self._interval:
                raise Ignore
            self._started_at = started_at
            return super().__call__(*args, **kwargs)
        finally:
            self._lock.release()

    @cached_property
    def _interval(self) -> float:
        entries = current_app.conf.beat_schedule.values()
        intervals = [entry["schedule"] for entry in entries if entry["task"] == self.name]
        return min(interval.total_seconds() for interval in intervals) if intervals else 0.0

    def before_start(self, *args: Any, **kwargs: Any) -> None:
        """Close a broken connection. It is kept between tasks, and would fail all later ones."""
        close_old_connections()


class CeleryProgress:
    """Sends the progress of an attempt to Celery, from the thread of the lease keeper."""

    breaker = CircuitBreaker(open_seconds=2.0)

    def __init__(self, task: JobTask, job: Job) -> None:
        self._task = task
        self._id = publish.task_id(job, job.attempt)
        self._hostname = task.request.hostname

    def __call__(self, progress: dict[str, Any]) -> None:
        """Store the progress in the result backend, and send an event to Flower."""
        if self.breaker.is_open:
            return
        try:
            self._task.update_state(task_id=self._id, state="PROGRESS", meta=progress)
            # Celery sends no event for custom states, and Flower shows only events.
            with self._task.app.events.default_dispatcher(self._hostname) as dispatcher:
                dispatcher.send("task-progress", uuid=self._id, **progress)
        except (RedisError, OperationalError, BackendStoreError, OSError) as error:
            self.breaker.trip()
            log.warning("cannot send progress to Celery: %s", error)


def name_process(hostname: object, pid: object) -> str:
    """Return the name of a worker process, as jobs store it."""
    return f"{hostname}/{pid}"


def run_job(self: JobTask, job_id: str, attempt: int) -> str:
    """Run the next job of the queue, and short ones after it; return the state of the named job."""
    events = TaskEvents(self)
    delivery: Any = self.request.delivery_info or {}
    loop = JobLoop(
        queue=delivery["routing_key"],
        type=str(self.name).partition(".")[2],
        named=uuid.UUID(job_id),
        worker=name_process(self.request.hostname, os.getpid()),
        make_listener=lambda job: CeleryProgress(self, job),
        on_start=events.record_start,
        on_end=events.record_end,
    )
    try:
        return _celery_outcome(loop.run())
    finally:
        events.send()


def _celery_outcome(result: AttemptResult) -> str:
    """Convert the result to what Celery expects: a return value, or an exception.

    Celery ignores a task whose job was not run for its message: it runs for another one.
    """
    if result.job is None:
        raise Ignore
    failure = result.failure
    if failure is not None and result.job.state == State.FAILED:
        raise AttemptFailed(f"{failure.code}: {failure.message}")
    if result.job.state == State.SCHEDULED:
        raise Retry(message=failure.message if failure else "snoozed", when=result.job.run_at)
    return str(result.job.state)


for declared in registry.all_types():
    shared_task(name=declared.task_name, base=JobTask, bind=True)(run_job)


def declare_queues() -> None:
    """Make workers without `--queues` consume every queue that a job type names."""
    queues = current_app.amqp.queues
    for name in sorted({declared.queue for declared in registry.all_types()} - queues.keys()):
        queues.select_add(Queue(name))


declare_queues()


@shared_task(name="jobs.relay", base=MaintenanceTask)
def relay_jobs() -> int:
    """Promote jobs that are due, release jobs that wait, and publish jobs without a message."""
    return relay.relay()


@shared_task(name="jobs.fire_schedules", base=MaintenanceTask)
def fire_schedules() -> int:
    """Submit the jobs of schedules that are due."""
    return relay.fire_schedules()


@shared_task(name="jobs.rescue", base=MaintenanceTask)
def rescue_jobs() -> int:
    """Rescue jobs whose worker is lost, and fail jobs past their hard time limit."""
    return rescue.rescue()


@shared_task(name="jobs.expire", base=MaintenanceTask)
def expire_jobs() -> int:
    """Fail jobs that no worker started in time."""
    return expiry.expire()


@shared_task(name="jobs.purge", base=MaintenanceTask)
def purge_jobs() -> int:
    """Delete jobs past their retention."""
    return retention.purge()


@shared_task(name="jobs.count", base=MaintenanceTask)
def roll_up_counters() -> int:
    """Roll up the event log into the counters of the metrics."""
    return rollup.fold()


@shared_task(name=publish.DELIVERY_TASK, base=MaintenanceTask, may_coalesce=False)
def deliver_webhooks() -> int:
    """Deliver due events to webhooks."""
    return delivery.deliver()


@shared_task(name="jobs.purge_deliveries", base=MaintenanceTask)
def purge_deliveries() -> int:
    """Delete old webhook deliveries."""
    return delivery.purge()


@signals.worker_before_create_process.connect
def _share_memory(**_: Any) -> None:
    """Keep the garbage collector of a child from writing to, and so copying, inherited memory."""
    gc.collect()
    gc.freeze()


@signals.worker_process_init.connect
def _prepare_process(**_: Any) -> None:
    lease.keeper.install()


_main_process: dict[str, Any] = {}


@signals.worker_init.connect
def _keep_worker(sender: Any, **_: Any) -> None:
    if refusal := refuse_pool(sender.pool_cls, current_app.amqp.queues.consume_from):
        sys.stderr.write(f"{refusal}\n")
        raise SystemExit(os.EX_CONFIG)
    _main_process["worker"] = sender  # its pool knows how many processes it has at the time


@signals.heartbeat_sent.connect
def _record_worker(sender: Any, **_: Any) -> None:
    # Sent by the main process every two seconds, even while its children are busy.
    pool = _main_process["worker"].pool
    slots = int(getattr(pool, "num_processes", 1))
    measure_memory(pool.info.get("processes", ()))
    queues = current_app.amqp.queues.consume_from
    heartbeats.record_worker(sender.eventer.hostname, queues, slots, registry.names())


@lru_cache(maxsize=1)
def _beat_tasks() -> frozenset[str]:
    return frozenset(entry["task"] for entry in current_app.conf.beat_schedule.values())


@signals.task_prerun.connect
def _record_arrival(sender: Task, **_: Any) -> None:  # type: ignore[type-arg]
    if sender.name in _beat_tasks():
        heartbeats.end_waiting(str(sender.name))


@signals.task_success.connect
def _record_success(sender: Task, **_: Any) -> None:  # type: ignore[type-arg]
    if sender.name in _beat_tasks():
        heartbeats.record_task(str(sender.name))


@signals.worker_shutting_down.connect
def _start_shutdown(**_: Any) -> None:
    lease.shutdown_at.value = time.monotonic() + settings.JOBS_SHUTDOWN_GRACE.total_seconds()
