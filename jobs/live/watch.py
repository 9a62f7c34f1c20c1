"""A job as it goes on, for code of this project: told by the live channel, read from the row."""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import redis

from jobs.models import Job
from jobs.redis import pubsub
from jobs.redis.client import get_client

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds after which the row is looked at although nothing was told: a message may be lost."""
LOOK_WITHOUT_CHANNEL = 1.0
"""The same with the live channel down."""


def follow(job: Job, *, timeout: float | None = None) -> Iterator[Job]:
    """Give the job as it is now, then at each change, and at last as it ended.

    Raises `TimeoutError` when `timeout` seconds are over. Between two changes of its state,
    `progress` and `message` are as told live, ahead of the row.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    with closing(_Channel(job)) as channel:
        # joined first and read second: an end in between is seen by the reading
        while True:
            job.refresh_from_db()
            yield job
            if job.is_terminal:
                return
            while (told := channel.listen(_patience(job, deadline))) and told["id"] is None:
                if told["event"] == "progress":
                    job.progress, job.message = told["data"]["progress"], told["data"]["message"]
                    yield job


def _patience(job: Job, deadline: float | None) -> float:
    left = LOOK_EVERY if deadline is None else deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"Job {job.pk} has not ended in time; it is {job.state}.")
    return min(left, LOOK_EVERY)


class _Channel:
    """What the live channel tells of one job."""

    def __init__(self, job: Job) -> None:
        self._job_id = str(job.pk)
        # redis-py leaves this one untyped
        self._pubsub: redis.client.PubSub = get_client().pubsub(  # type: ignore[no-untyped-call]
            ignore_subscribe_messages=True
        )
        self._name = pubsub.channel(job.organization_id)
        self._joined = False
        self._join()

    def listen(self, seconds: float) -> pubsub.Message | None:
        """Wait for the next message about the job; `None` when it is time to look at the row."""
        until = time.monotonic() + seconds
        if not self._joined:
            time.sleep(min(seconds, LOOK_WITHOUT_CHANNEL))
            self._join()
            return None
        while (left := until - time.monotonic()) > 0:
            try:
                told: Any = self._pubsub.get_message(timeout=left)
            except redis.RedisError as error:
                log.warning("live channel is down, looking at the row: %s", error)
                self._joined = False
                return None
            if told and (message := json.loads(told["data"]))["job"] == self._job_id:
                return dict(message)
        return None

    def close(self) -> None:
        """Leave the channel."""
        self._pubsub.close()

    def _join(self) -> None:
        try:
            self._pubsub.subscribe(self._name)
            self._joined = True
        except redis.RedisError as error:
            log.warning("cannot reach the live channel: %s", error)
