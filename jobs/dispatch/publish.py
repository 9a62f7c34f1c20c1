"""The only module that publishes messages. A message is a hint that names a job and an attempt."""

import logging
import math
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from celery import current_app
from kombu.exceptions import ChannelError, LimitExceeded, OperationalError
from kombu.pools import producers

from jobs import registry
from jobs.errors import UnknownJobType
from jobs.models import Job
from jobs.models.states import State
from jobs.redis.circuit_breaker import CircuitBreaker
from jobs.redis.client import best_effort

log = logging.getLogger(__name__)

MAX_PRIORITY = 9
"""Highest priority of a job. The broker counts in the opposite direction."""
BROKER_TIMEOUT_SECONDS = 0.5
"""Maximum wait of a publisher for each step of the broker."""
SHORT_TIMEOUTS = {
    "socket_timeout": BROKER_TIMEOUT_SECONDS,
    "socket_connect_timeout": BROKER_TIMEOUT_SECONDS,
}
RETRY_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
"""A pooled connection may have died since its last use; the second try opens a new one."""

DELIVERY_TASK = "jobs.deliver_webhooks"
DELIVERY_REQUEST_KEY = "conveyor:webhooks:rung"
"""Set while a delivery run is requested: one message is sufficient for any number of events."""
DELIVERY_REQUEST_SECONDS = 5
"""After this time, a new request is possible, and beat has enqueued a delivery run anyway."""

LAST_START_SECONDS = 5.0
"""A task that runs short jobs starts its last one within this time. The time limit of the message
is the last resort: the lease keeper of the process ends an attempt at its own time limit before."""

_broker = CircuitBreaker(open_seconds=3.0)


def is_broken() -> bool:
    """Return whether the broker failed moments ago, so that publishing is not even tried."""
    return _broker.is_open


def publish_jobs(jobs: Iterable[Job], *, priority: int | None = None) -> int:
    """Publish pending jobs that are marked as published; unmark and count those that failed.

    `priority` replaces that of the jobs.
    """
    failed = [job.pk for job in jobs if not _publish(job, priority)]
    if failed:
        Job.objects.filter(pk__in=failed, state=State.PENDING).update(published_at=None)
    return len(failed)


def request_delivery_of(job: Job) -> None:
    """Request a delivery run if the transition that returned this job stored deliveries."""
    if getattr(job, "stored_deliveries", 0):
        request_delivery()


def request_delivery() -> None:
    """Enqueue a delivery run of webhooks. Best effort: beat enqueues one every 5 s anyway.

    Call it after the commit of the deliveries.
    """
    is_first = best_effort(
        lambda client: client.set(DELIVERY_REQUEST_KEY, 1, nx=True, ex=DELIVERY_REQUEST_SECONDS),
        None,
        purpose="a request for webhook delivery",
    )
    if _broker.is_open or not is_first:
        return
    try:
        with _acquire_producer() as producer:
            current_app.send_task(
                DELIVERY_TASK,
                ignore_result=True,
                producer=producer,
                retry_policy=RETRY_ONCE,
            )
    except (OperationalError, LimitExceeded, OSError) as error:
        _broker.trip()
        log.warning("cannot enqueue a delivery run of webhooks, beat will: %s", error)


def clear_delivery_request() -> None:
    """Clear the request at the start of a delivery run: later deliveries request a new run."""
    best_effort(
        lambda client: client.delete(DELIVERY_REQUEST_KEY),
        None,
        purpose="a webhook delivery run",
    )


def count_messages(queue: str) -> int | None:
    """Count the waiting messages of a queue; `None` if the broker is unavailable."""
    try:
        with current_app.connection_for_read() as broker:
            channel: Any = broker.default_channel
            return int(channel.queue_declare(queue, passive=True).message_count)
    except ChannelError:
        return 0  # Redis stores no empty queues
    except (OperationalError, OSError):
        return None


def task_id(job: Job, attempt: int) -> str:
    """Return the task ID of an attempt, for Celery, its result backend and Flower."""
    return f"{job.pk}.{attempt}"


def broker_priority(job: Job) -> int:
    """Return the priority of a job's message; 0 is first.

    A job that was started before gets one step more: after a crash, it does not wait behind all
    jobs that were submitted since.
    """
    was_started = int(job.attempt > 0)
    return MAX_PRIORITY - min(MAX_PRIORITY, job.priority + was_started)


def _publish(job: Job, priority: int | None) -> bool:
    """Publish a pending job; return whether the broker accepted the message."""
    if _broker.is_open:
        return False
    try:
        _send(job, broker_priority(job) if priority is None else MAX_PRIORITY - priority)
    except (OperationalError, LimitExceeded, OSError) as error:
        _broker.trip()
        log.warning("the broker does not accept messages, the relay will retry: %s", error)
        return False
    except UnknownJobType:
        log.error("job %s has the type %r, which is not installed here", job.pk, job.type)
        return False
    return True


def _send(job: Job, priority: int) -> None:
    declared = registry.get(job.type)
    attempt = job.attempt + 1
    with _acquire_producer() as producer:
        current_app.send_task(
            declared.task_name,
            args=[str(job.pk), attempt],
            task_id=task_id(job, attempt),
            queue=job.queue,
            priority=priority,
            time_limit=math.ceil(
                (job.timeout + 3 * job.grace).total_seconds() + LAST_START_SECONDS
            ),
            ignore_result=True,
            producer=producer,
            retry_policy=RETRY_ONCE,
        )


def _acquire_producer() -> AbstractContextManager[Any]:
    producer: AbstractContextManager[Any] = producers[_template_connection()].acquire(
        block=True, timeout=BROKER_TIMEOUT_SECONDS
    )
    return producer


@lru_cache(maxsize=1)
def _template_connection() -> Any:
    # Publishers have their own pool: a consumer may wait long for a slow broker, a request may not.
    # The pool copies this connection, which itself never connects, so forks can share it.
    return current_app.connection_for_write(transport_options=SHORT_TIMEOUTS)
