"""Celery's task events for jobs that a process runs without a message of their own.

Flower and Celery's monitors count them like any task. They are sent together when the loop ends.
"""

import logging
import time
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError
from redis import RedisError

from jobs.dispatch.publish import task_id
from jobs.models import Job
from jobs.models.states import State
from jobs.redis.circuit_breaker import CircuitBreaker
from jobs.worker.runner import AttemptResult

log = logging.getLogger(__name__)

Event = tuple[str, dict[str, Any]]


class TaskEvents:
    """The events of one loop; the job of the message has its events from Celery itself."""

    breaker = CircuitBreaker(open_seconds=2.0)

    def __init__(self, task: "Task[Any, Any]") -> None:
        self._task = task
        self._events: list[Event] = []
        self._started_at = 0.0

    def record_start(self, job: Job) -> None:
        """Record that a job was received and started."""
        self._started_at = time.time()
        if not self._is_own(job):
            self._add(job, "task-received", name=self._task.name, args="()", kwargs="{}", retries=0)
            self._add(job, "task-started")

    def record_end(self, job: Job, result: AttemptResult) -> None:
        """Record how the attempt ended, as `run_job` reports it to Celery."""
        if self._is_own(job):
            return
        state = result.job.state if result.job else State.PENDING
        if state == State.FAILED:
            cause = f"{result.failure.code}: {result.failure.message}" if result.failure else ""
            self._add(job, "task-failed", exception=cause, traceback="")
        elif state == State.SCHEDULED:
            self._add(job, "task-retried", exception="", traceback="")
        else:
            runtime = time.time() - self._started_at
            self._add(job, "task-succeeded", result=repr(str(state)), runtime=runtime)

    def send(self) -> None:
        """Send what was recorded, in one message. Never raises."""
        if not self._events or self.breaker.is_open:
            return
        try:
            with self._task.app.events.default_dispatcher(self._task.request.hostname) as sender:
                sender.buffer_group, sender.buffer_limit = {"task"}, len(self._events) + 1
                for kind, fields in self._events:
                    sender.send(kind, **fields)
                sender.flush()
        except (RedisError, OperationalError, OSError) as error:
            self.breaker.trip()
            log.warning("cannot send task events: %s", error)

    def _is_own(self, job: Job) -> bool:
        return task_id(job, job.attempt) == self._task.request.id

    def _add(self, job: Job, kind: str, **fields: Any) -> None:
        named = {"uuid": task_id(job, job.attempt), "timestamp": time.time(), **fields}
        self._events.append((kind, named))
