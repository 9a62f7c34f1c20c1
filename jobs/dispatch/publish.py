"""The only module that publishes: a message to Celery is a hint that names a job and an attempt."""

import logging
import math
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from celery import current_app
from django.db.models.functions import Now
from kombu.exceptions import ChannelError, LimitExceeded, OperationalError
from kombu.pools import producers

from jobs import registry
from jobs.errors import UnknownJobType
from jobs.models import Job
from jobs.models.states import State
from jobs.redis.circuit_breaker import CircuitBreaker
from jobs.redis.client import best_effort

log = logging.getLogger(__name__)

HIGHEST = 9
"""Our highest priority; the broker's own order is the other way round."""
PATIENCE = 0.5
"""Seconds that a publisher waits for the broker, for each of its steps."""
QUICK = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
RETRY_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
"""A pooled connection may have died since its last use; a second try opens a new one."""

DELIVERER = "jobs.deliver_webhooks"
BELL = "conveyor:webhooks:rung"
"""Set while a deliverer is asked for: one message is enough for any number of events."""
RINGS = 5
"""Seconds until the bell may be rung again; then beat has asked for a deliverer, too."""

_broker = CircuitBreaker(open_seconds=3.0)


def offer(job: Job) -> bool:
    """Publish a pending job; answer whether the broker took it."""
    if _broker.is_open:
        return False
    try:
        _send(job)
    except (OperationalError, LimitExceeded, OSError) as error:
        _broker.trip()
        log.warning("the broker does not take messages, the relay will try again: %s", error)
        return False
    except UnknownJobType:
        log.error("job %s is of type %r, which is not installed here", job.pk, job.type)
        return False
    return True


def offer_all(jobs: Iterable[Job]) -> int:
    """Publish pending jobs that are marked as published; take the mark from those that are not."""
    refused = [job.pk for job in jobs if not offer(job)]
    if refused:
        Job.objects.filter(pk__in=refused, state=State.PENDING).update(published_at=None)
    return len(refused)


def offer_now(job: Job) -> None:
    """Publish a job that has just become pending, instead of leaving it to the relay."""
    mine = Job.objects.filter(pk=job.pk, state=State.PENDING, published_at=None)
    if mine.update(published_at=Now()):
        offer_all([job])


def ring_for(job: Job) -> None:
    """Ask for a deliverer if the transition that gave this job has stored deliveries."""
    if getattr(job, "announced", 0):
        ring()


def ring() -> None:
    """Ask for a deliverer of webhooks now, instead of leaving it to beat. Losing it costs moments.

    To be called after the commit of what is to be delivered.
    """
    first = best_effort(
        lambda client: client.set(BELL, 1, nx=True, ex=RINGS),
        None,
        purpose="a request for webhook delivery",
    )
    if _broker.is_open or not first:
        return
    try:
        with _quick_producer() as producer:
            current_app.send_task(
                DELIVERER,
                expires=RINGS,
                ignore_result=True,
                producer=producer,
                retry_policy=RETRY_ONCE,
            )
    except (OperationalError, LimitExceeded, OSError) as error:
        _broker.trip()
        log.warning("no deliverer of webhooks can be asked for, beat will: %s", error)


def answer_bell() -> None:
    """Note that a deliverer is at work: what is stored from here on rings again."""
    best_effort(lambda client: client.delete(BELL), None, purpose="a webhook delivery run")


def queued(queue: str) -> int | None:
    """Count the messages that wait in a broker's queue; `None` if the broker does not answer."""
    try:
        with current_app.connection_for_read() as broker:
            channel: Any = broker.default_channel
            return int(channel.queue_declare(queue, passive=True).message_count)
    except ChannelError:
        return 0  # Redis keeps no empty queues
    except (OperationalError, OSError):
        return None


def task_id(job: Job, attempt: int) -> str:
    """Name the message of an attempt, for Celery, its result backend and Flower."""
    return f"{job.pk}.{attempt}"


def broker_priority(job: Job) -> int:
    """Give the priority of a job's message, 0 first.

    A job that has begun goes one step ahead of its equals: after a crash it does not wait again
    behind all that was submitted since.
    """
    begun = int(job.attempt > 0)
    return HIGHEST - min(HIGHEST, job.priority + begun)


def _send(job: Job) -> None:
    declared = registry.get(job.type)
    attempt = job.attempt + 1
    soft = math.ceil(job.timeout.total_seconds())
    with _quick_producer() as producer:
        current_app.send_task(
            declared.task_name,
            args=[str(job.pk), attempt],
            task_id=task_id(job, attempt),
            queue=job.queue,
            priority=broker_priority(job),
            soft_time_limit=soft,
            time_limit=soft + math.ceil(job.grace.total_seconds()),
            ignore_result=True,
            producer=producer,
            retry_policy=RETRY_ONCE,
        )


def _quick_producer() -> AbstractContextManager[Any]:
    producer: AbstractContextManager[Any] = producers[_quick()].acquire(
        block=True, timeout=PATIENCE
    )
    return producer


@lru_cache(maxsize=1)
def _quick() -> Any:
    # A pool of its own: a consumer may wait long for a slow broker, a request may not. This is
    # what its connections are copied from; it connects to nothing itself, so a fork may share it.
    return current_app.connection_for_write(transport_options=QUICK)
