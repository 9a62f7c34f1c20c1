"""The window: the few messages that each queue has at the broker.

PostgreSQL decides the order of jobs when a worker is free; a message only says that one may start.
So a queue needs few messages, however long it is. Who ends an attempt fills the window, and the
relay makes up for lost messages. See docs/decisions/0028-claim-in-postgresql.md.
"""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from jobs import registry
from jobs.dispatch import publish
from jobs.lifecycle import functions
from jobs.models import Job
from jobs.redis import heartbeats
from jobs.redis.client import best_effort

MIN_MESSAGES = 8
"""Messages of a queue whose workers are not known yet."""
MESSAGES_PER_SLOT = 2
"""Messages for each process of the workers that consume a queue."""
SLOTS_AGE_SECONDS = 5.0
"""How long a process uses the numbers that it has read."""

_MARK_HEAD = """
UPDATE jobs_job SET published_at = clock_timestamp() WHERE id = (
    SELECT id FROM jobs_job WHERE state = 'pending' AND blocked_by = '' AND queue = %s
        AND type = ANY (%s)
    ORDER BY priority DESC, start_tag, id LIMIT 1 FOR UPDATE SKIP LOCKED
) AND (published_at IS NULL OR published_at < clock_timestamp() - interval '1 second') RETURNING *
"""
_QUEUES = """
WITH RECURSIVE line (queue) AS (
    (SELECT queue FROM jobs_job WHERE state = 'pending' AND blocked_by = '' ORDER BY queue LIMIT 1)
    UNION ALL SELECT (
        SELECT job.queue FROM jobs_job AS job
        WHERE state = 'pending' AND blocked_by = '' AND job.queue > line.queue
        ORDER BY job.queue LIMIT 1
    ) FROM line WHERE line.queue IS NOT NULL
) SELECT queue FROM line WHERE queue IS NOT NULL
"""
"""Finds each queue by one look into the index, however many jobs it has."""


@dataclass
class _Slots:
    """The number of worker processes of each queue, as this process last read it."""

    counts: Counter[str] = field(default_factory=Counter)
    read_at: float = -SLOTS_AGE_SECONDS

    def of(self, queue: str) -> int:
        now = time.monotonic()
        if now - self.read_at >= SLOTS_AGE_SECONDS:
            self.read_at = now
            self.counts = best_effort(
                lambda client: heartbeats.read().slots, self.counts, purpose="the number of workers"
            )
        return self.counts[queue]


_slots = _Slots()


def size_of(queue: str) -> int:
    """Return how many messages a queue may have."""
    return max(MIN_MESSAGES, MESSAGES_PER_SLOT * _slots.of(queue))


def sizes_of(queues: Iterable[str]) -> dict[str, int]:
    """Return the size of each window; empty while the broker accepts no messages."""
    return {} if publish.is_broken() else {queue: size_of(queue) for queue in set(queues)}


def fill(queue: str, *, left_over: int = 0, type: str = "") -> int:
    """Publish the next jobs of a queue until its window is full; return how many.

    `left_over` messages at the broker name jobs of `type` that ran without them. They serve for the
    next jobs of that type, which need no message of their own. Otherwise the messages would add up.
    """
    if publish.is_broken():
        return 0
    jobs = functions.fill_window(queue, registry.names(), size_of(queue))
    served = [job for job in jobs if job.type == type][:left_over]
    unserved = [job for job in jobs if job not in served]
    return len(unserved) - publish.publish_jobs(unserved)


def fill_all(jobs: Iterable[Job]) -> None:
    """Fill the windows of the queues of jobs that have become pending."""
    for queue in sorted({job.queue for job in jobs}):
        fill(queue)


def publish_head(queue: str) -> None:
    """Publish the first job of a queue before all others, unless that was done just now.

    For a worker whose message is for another type than the first job's.
    """
    for job in Job.objects.raw(_MARK_HEAD, [queue, list(registry.names())]):
        publish.publish_jobs([job], priority=publish.MAX_PRIORITY)


def queues_in_line() -> list[str]:
    """Return the queues that have jobs in line."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES)
        return [queue for (queue,) in cursor.fetchall()]
