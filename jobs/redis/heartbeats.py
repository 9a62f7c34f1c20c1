"""Signs of life, in Redis: workers that were heard from, and maintenance tasks that succeeded."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jobs.redis.client import best_effort, get_client

WORKERS = "conveyor:workers"
"""Names of workers, each with its queues, by the time when it was heard from last."""
TASKS = "conveyor:succeeded"
"""Names of maintenance tasks by the time of their last success."""
LATELY = 60.0
"""Seconds for which a sign of life counts."""
FORGOTTEN = 30 * 24 * 3600.0
"""Seconds after which it is deleted."""
STARTS = "conveyor:starts"
"""Queues by the time when one of their jobs was started last."""
MAX_AGE_SECONDS = FORGOTTEN
RECORD_INTERVAL_SECONDS = 5.0
"""A process records the start of a job of a queue no more often than this."""

NOTE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
"""
"""Redis' own clock: those of machines differ."""


_recorded: dict[str, float] = {}


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """What Redis knows of who lives."""

    workers: Mapping[str, frozenset[str]]
    """Workers that were heard from lately, with the queues that they take messages of."""
    succeeded: Mapping[str, float]
    """Seconds since each maintenance task last succeeded, where it has."""

    def taking(self, queues: Iterable[str]) -> list[str]:
        """Name the workers that take messages of any of these queues."""
        wanted = frozenset(queues)
        return [name for name, taken in self.workers.items() if taken & wanted]


def beat(worker: str, queues: Iterable[str]) -> None:
    """Note that a worker lives. Never raises."""
    _note(WORKERS, f"{worker} {','.join(sorted(queues))}", 2 * LATELY)


def succeeded(task: str) -> None:
    """Note that a maintenance task has done a round. Never raises."""
    _note(TASKS, task, FORGOTTEN)


def record_start(queue: str) -> None:
    """Record that a job of a queue was started. Never raises; coalesced within a process."""
    now = time.monotonic()
    if now - _recorded.get(queue, -RECORD_INTERVAL_SECONDS) >= RECORD_INTERVAL_SECONDS:
        _recorded[queue] = now
        _note(STARTS, queue, FORGOTTEN)


def read_starts() -> dict[str, float]:
    """Return the seconds since a job of each queue was started last.

    Raises `redis.RedisError` where Redis does not answer.
    """
    with get_client().pipeline(transaction=False) as pipeline:
        pipeline.time()
        pipeline.zrange(STARTS, 0, -1, withscores=True)
        (seconds, micros), starts = pipeline.execute()
    now = seconds + micros / 1e6
    return {queue.decode(): max(0.0, now - at) for queue, at in starts}


def read() -> Pulse:
    """Give what is known; raises `redis.RedisError` where Redis does not answer."""
    with get_client().pipeline(transaction=False) as pipeline:
        pipeline.time()
        pipeline.zrange(WORKERS, 0, -1, withscores=True)
        pipeline.zrange(TASKS, 0, -1, withscores=True)
        (seconds, micros), workers, tasks = pipeline.execute()
    now = seconds + micros / 1e6
    heard = (text.decode().split(" ", 1) for text, at in workers if now - at < LATELY)
    return Pulse(
        workers={name: frozenset(queues.split(",")) for name, queues in heard},
        succeeded={name.decode(): max(0.0, now - at) for name, at in tasks},
    )


def _note(key: str, member: str, kept: float) -> None:
    best_effort(lambda client: client.eval(NOTE, 1, key, member, kept), None, purpose="a heartbeat")
