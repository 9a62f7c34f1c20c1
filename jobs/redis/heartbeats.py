"""Heartbeats in Redis: of workers, and of maintenance tasks that succeeded."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jobs.redis.client import best_effort, get_client

WORKERS = "conveyor:slots"
"""A sorted set: names of workers, each with its queues, its number of processes and its job types,
by the time of the last heartbeat."""
CLOCKS = "conveyor:clocks"
"""A hash: by how many seconds the clock of each worker was ahead of that of Redis."""
TASKS = "conveyor:succeeded"
"""A sorted set: names of maintenance tasks by the time of their last success."""
STARTS = "conveyor:starts"
"""A sorted set: queues by the time at which one of their jobs was last started."""
KNOWN_SINCE = "conveyor:starts-known-since"
"""The time since which `STARTS` is complete: when it was read first after Redis was emptied."""
FAILING = "conveyor:failing"
"""A sorted set: duties of maintenance that fail, by the time of the first failure in a row."""
WAITING = "conveyor:waiting:"
"""A key for each task of beat of which a message waits for a worker."""
WORKER_MAX_AGE_SECONDS = 60.0
"""A worker with an older heartbeat counts as lost."""
MAX_AGE_SECONDS = 30 * 24 * 3600.0
"""Older entries of tasks and queues are deleted."""
RECORD_INTERVAL_SECONDS = 5.0
"""A process records the start of a job of a queue at most once per interval."""

RECORD = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
"""
"""Uses the clock of Redis: the clocks of machines differ."""
RECORD_CLOCK = """
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] - time[1] - time[2] / 1000000)
redis.call('EXPIRE', KEYS[1], 86400)
"""
READ_KNOWN_SINCE = """
local now = redis.call('TIME')[1]
redis.call('SET', KEYS[1], now, 'NX')
return now - redis.call('GET', KEYS[1])
"""
RECORD_DUTIES = """
local now = redis.call('TIME')[1]
for name, succeeded in pairs(cjson.decode(ARGV[1])) do
    if succeeded then
        redis.call('ZREM', KEYS[1], name)
    else
        redis.call('ZADD', KEYS[1], 'NX', now, name)
    end
end
"""
READ_RESPONDING = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
return redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[1], '+inf')
"""

_recorded: dict[str, float] = {}


@dataclass(frozen=True, kw_only=True)
class Heartbeats:
    """The workers that are alive, and the last successes of maintenance tasks."""

    workers: Mapping[str, frozenset[str]]
    """Names of workers with a recent heartbeat, with the queues that they consume."""
    slots: Counter[str]
    """The number of worker processes that consume each queue."""
    read_at: float
    """The time of Redis, in seconds since 1970."""
    clocks: Mapping[str, float]
    """By how many seconds the clocks of workers with a recent heartbeat are ahead of Redis."""
    types: Mapping[str, frozenset[str]]
    """The job types that each worker has; workers that did not say are absent."""
    task_ages: Mapping[str, float]
    """Seconds since each maintenance task last succeeded; tasks that never did are absent."""
    failing: Mapping[str, float]
    """Duties of maintenance that failed when they last ran, with the seconds since when."""

    def consumers_of(self, queues: Iterable[str]) -> list[str]:
        """Return the names of workers that consume any of these queues."""
        searched = frozenset(queues)
        return [name for name, consumed in self.workers.items() if consumed & searched]

    def can_run(self, type: str, queue: str) -> bool:
        """Whether a worker that consumes the queue has the job type."""
        workers = self.consumers_of([queue])
        return any(name not in self.types or type in self.types[name] for name in workers)


def record_worker(
    worker: str, queues: Iterable[str], slots: int, types: Iterable[str] = ()
) -> None:
    """Record the heartbeat of a worker with `slots` processes and these types. Never raises."""
    member = f"{worker} {','.join(sorted(queues))} {slots} {','.join(sorted(types))}"
    _record(WORKERS, member, 2 * WORKER_MAX_AGE_SECONDS)
    best_effort(
        lambda client: client.eval(RECORD_CLOCK, 1, CLOCKS, worker, repr(time.time())),
        None,
        purpose="the clock of a worker",
    )


def record_task(task: str) -> None:
    """Record a success of a maintenance task. Never raises."""
    _record(TASKS, task, MAX_AGE_SECONDS)


def record_duties(succeeded: Mapping[str, bool]) -> None:
    """Record which duties of a maintenance round succeeded. Never raises."""
    text = json.dumps(dict(succeeded))
    best_effort(lambda client: client.eval(RECORD_DUTIES, 1, FAILING, text), None, purpose="duties")


def begin_waiting(task: str, seconds: float) -> bool:
    """Note that a message of a task waits, for at most `seconds`; return false if one does already.

    Returns true without Redis. Never raises.
    """
    return best_effort(
        lambda client: bool(client.set(f"{WAITING}{task}", 1, nx=True, px=int(seconds * 1000))),
        True,
        purpose="the mark of a waiting task",
    )


def end_waiting(task: str) -> None:
    """Note that the message of a task waits no more. Never raises."""
    best_effort(
        lambda client: client.delete(f"{WAITING}{task}"), None, purpose="the mark of a started task"
    )


def record_start(queue: str) -> None:
    """Record that a job of a queue was started, at most once per interval. Never raises."""
    now = time.monotonic()
    if now - _recorded.get(queue, -RECORD_INTERVAL_SECONDS) >= RECORD_INTERVAL_SECONDS:
        _recorded[queue] = now
        _record(STARTS, queue, MAX_AGE_SECONDS)


def read_starts() -> defaultdict[str, float]:
    """Return the seconds since a job of each queue was last started.

    For a queue without a start, these are the seconds since which starts are known: a Redis that
    was emptied knows nothing of earlier ones. Raises `redis.RedisError` if Redis is unavailable.
    """
    with get_client().pipeline(transaction=False) as pipeline:
        pipeline.time()
        pipeline.zrange(STARTS, 0, -1, withscores=True)
        pipeline.eval(READ_KNOWN_SINCE, 1, KNOWN_SINCE)
        (seconds, micros), starts, known_for = pipeline.execute()
    now = seconds + micros / 1e6
    ages = {queue.decode(): max(0.0, now - at) for queue, at in starts}
    return defaultdict(lambda: float(known_for), ages)


def read_responding(*, within: float) -> set[str]:
    """Return the names of workers with a heartbeat within seconds; none if Redis is unavailable."""
    nobody: list[bytes] = []
    heard = best_effort(
        lambda client: client.eval(READ_RESPONDING, 1, WORKERS, within),
        nobody,
        purpose="the workers that respond",
    )
    return {member.decode().partition(" ")[0] for member in heard}


def read() -> Heartbeats:
    """Return all heartbeats; raises `redis.RedisError` if Redis is unavailable."""
    with get_client().pipeline(transaction=False) as pipeline:
        pipeline.time()
        pipeline.zrange(WORKERS, 0, -1, withscores=True)
        pipeline.zrange(TASKS, 0, -1, withscores=True)
        pipeline.zrange(FAILING, 0, -1, withscores=True)
        pipeline.hgetall(CLOCKS)
        (seconds, micros), workers, tasks, failing, clocks = pipeline.execute()
    now = seconds + micros / 1e6
    alive: dict[str, tuple[frozenset[str], int]] = {}
    known_types: dict[str, frozenset[str]] = {}
    for text, at in workers:  # oldest first: the newest heartbeat of a name counts
        if now - at < WORKER_MAX_AGE_SECONDS:
            name, queues, slots, types = f"{text.decode()} ".split(" ")[:4]
            alive[name] = frozenset(queues.split(",")), int(slots)
            if types:
                known_types[name] = frozenset(types.split(","))
    return Heartbeats(
        workers={name: queues for name, (queues, _) in alive.items()},
        slots=sum((Counter(dict.fromkeys(*served)) for served in alive.values()), Counter()),
        read_at=now,
        clocks={
            name.decode(): float(ahead) for name, ahead in clocks.items() if name.decode() in alive
        },
        types=known_types,
        task_ages={name.decode(): max(0.0, now - at) for name, at in tasks},
        failing={name.decode(): max(0.0, now - at) for name, at in failing},
    )


def _record(key: str, member: str, retention: float) -> None:
    best_effort(
        lambda client: client.eval(RECORD, 1, key, member, retention), None, purpose="a heartbeat"
    )
