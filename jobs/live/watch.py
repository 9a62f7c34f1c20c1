"""Watching a job from Python: the live channel announces changes, the row has the state."""

import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any
from weakref import WeakKeyDictionary

import redis

from jobs.models import Job, rows
from jobs.redis import pubsub
from jobs.redis.client import get_client

log = logging.getLogger(__name__)

POLL_INTERVAL_SECONDS = 5.0
"""How often the row is read without a message: a message may be lost."""
POLL_INTERVAL_WITHOUT_REDIS_SECONDS = 1.0
"""The same while the live channel is down."""

MAX_IDLE_SUBSCRIPTIONS = 4
CLOSE_SECONDS = 0.2
"""How long the end of a wait may take to leave the channel."""


def watch_job(job: Job, *, timeout: float | None = None) -> Iterator[Job]:
    """Yield the job as it is now, then after each change, and last as it ended.

    Raises `TimeoutError` after `timeout` seconds. Between two changes of its state, `progress` and
    `message` come from the live channel, ahead of the row.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    with closing(_Channel(job)) as channel:
        # Subscribed before the first read, which therefore sees an end that happens in between.
        live: dict[str, Any] | None = None
        while True:
            rows.refresh(job)
            if live and job.attempt == live["attempt"] and job.progress < live["progress"]:
                # The row lags behind the live channel: progress is stored less often.
                job.progress, job.message = live["progress"], live["message"]
            yield job
            if job.is_terminal:
                return
            while news := channel.receive(_wait_seconds(job, deadline)):
                if _is_new(news, job):
                    break
                if news["event"] == "progress":
                    live = news["data"]
                    job.progress, job.message = live["progress"], live["message"]
                    yield job


def _is_new(news: pubsub.Message, job: Job) -> bool:
    """Return whether a message announces a log entry that the row did not have when it was read."""
    return news["id"] is not None and news["id"] > job.log_number


def _wait_seconds(job: Job, deadline: float | None) -> float:
    left = POLL_INTERVAL_SECONDS if deadline is None else deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"Job {job.pk} has not ended in time; it is {job.state}.")
    return min(left, POLL_INTERVAL_SECONDS)


_idle: WeakKeyDictionary["redis.Redis", list["redis.client.PubSub"]] = WeakKeyDictionary()
"""Subscriptions of this process without a channel: a new one opens a connection."""
os.register_at_fork(after_in_child=_idle.clear)


class _Channel:
    """The messages of the live channel about one job."""

    def __init__(self, job: Job) -> None:
        self._job_id = str(job.pk)
        client = get_client()
        self._unused = _idle.setdefault(client, [])
        try:
            self._pubsub = self._unused.pop()
        except IndexError:
            # redis-py has no type for the method
            self._pubsub = client.pubsub(  # type: ignore[no-untyped-call]
                ignore_subscribe_messages=True
            )
        self._name = pubsub.channel(job.organization_id)
        self._is_subscribed = False
        self._subscribe()

    def receive(self, seconds: float) -> pubsub.Message | None:
        """Wait for the next message about the job; `None` if it is time to read the row."""
        until = time.monotonic() + seconds
        if not self._is_subscribed:
            time.sleep(min(seconds, POLL_INTERVAL_WITHOUT_REDIS_SECONDS))
            self._subscribe()
            return None
        while (left := until - time.monotonic()) > 0:
            try:
                received: Any = self._pubsub.get_message(timeout=left)
            except redis.RedisError as error:
                log.warning("The live channel is down, polling the row: %s", error)
                self._is_subscribed = False
                return None
            if received and (message := json.loads(received["data"]))["job"] == self._job_id:
                return dict(message)
        return None

    def close(self) -> None:
        """Leave the channel, and keep the connection for the next one."""
        if self._is_subscribed and len(self._unused) < MAX_IDLE_SUBSCRIPTIONS:
            with suppress(redis.RedisError):
                self._pubsub.unsubscribe()  # type: ignore[no-untyped-call]  # in redis-py
                until = time.monotonic() + CLOSE_SECONDS
                while self._pubsub.subscribed and time.monotonic() < until:
                    self._pubsub.get_message(timeout=CLOSE_SECONDS)  # messages that were on the way
                if not self._pubsub.subscribed:
                    self._unused.append(self._pubsub)
                    return
        self._pubsub.close()

    def _subscribe(self) -> None:
        try:
            self._pubsub.subscribe(self._name)
            self._is_subscribed = True
        except redis.RedisError as error:
            log.warning("The live channel is unavailable, polling the row: %s", error)
