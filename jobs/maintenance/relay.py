"""The relay promotes due jobs and publishes jobs without a message; schedules fire apart.

Several processes can run it at the same time. Each duty works in bounded batches and returns the
number of jobs; see `duties`.
"""

import logging
import random
from datetime import timedelta
from functools import partial

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Count

from jobs.dispatch import after_end, draining, publish, run_limits, window
from jobs.lifecycle import verbs
from jobs.maintenance.duties import Budget, Round
from jobs.models import Batch, Job
from jobs.models.states import State
from jobs.submission import schedules

log = logging.getLogger(__name__)

MAX_JOBS_PER_STATEMENT = 500
IN_FLIGHT = timedelta(seconds=5)
"""A younger message may still be on its way to a worker."""
STALE = timedelta(seconds=30)
"""If a queue lacks only a few messages, older messages count as lost."""
MAX_FIRING_SECONDS = 30.0
MAX_UNCLAIMED_MESSAGES = 16
"""Messages that workers may have received, but not yet claimed, at the time of the count."""

_UNMARK = """
UPDATE jobs_job SET published_at = NULL WHERE id = ANY (ARRAY(
    SELECT id FROM jobs_job WHERE state = 'pending' AND queue = %s
        AND published_at <= statement_timestamp() - %s::interval LIMIT %s FOR UPDATE SKIP LOCKED
))
"""


def relay() -> int:
    """Run a round of all duties; return how many jobs it promoted, released or published."""
    with Round("relay") as duties:
        done = duties.run("promote", _promote)
        done += duties.run("release", _release)
        duties.run("cancel_parts", _cancel_parts)
        duties.run("finish_batches", _finish_batches)
        duties.run("unblock", _unblock)
        duties.run("unmark_lost_messages", _unmark_lost_messages)
        done += duties.run("publish", _publish)
        duties.run("drain_workers", _drain_workers)
    return done


def fire_schedules() -> int:
    """Fire due schedules; return how many. A task of its own, so that many delay no other duty."""
    with Round("schedules") as duties:
        return duties.run("fire", _fire_schedules, MAX_FIRING_SECONDS)


def republish_after(*, jobs: int, messages: int) -> timedelta | None:
    """Return the age from which the messages of a queue count as lost; `None` if all are there.

    `jobs` is the number of published pending jobs. If messages are missing, all of that age are
    published again: the worker that finds its job already claimed drops the extra message.
    """
    if jobs <= messages:
        return None
    return IN_FLIGHT if messages == 0 or jobs - messages > MAX_UNCLAIMED_MESSAGES else STALE


def _promote(budget: Budget) -> int:
    size = MAX_JOBS_PER_STATEMENT
    return budget.repeat(lambda: len(verbs.promote_due(size)), size)


def _release(budget: Budget) -> int:
    return after_end.release_waiting(lambda: budget.is_left)


def _cancel_parts(budget: Budget) -> int:
    size = after_end.MAX_CANCELLED_PARTS
    return budget.repeat(after_end.cancel_parts, size)


def _finish_batches(budget: Budget) -> int:
    try:
        return after_end.finish_batches()
    except DatabaseError:  # one of them cannot be finished now; random, so that all have a turn
        unfinished = Batch.objects.filter(finished_at=None).order_by("?")
        return budget.try_each(unfinished.values_list("pk", flat=True), after_end.finish_batches)


def _unblock(budget: Budget) -> int:
    causes = run_limits.find_causes()
    try:
        run_limits.unblock(causes)
    except DatabaseError:
        random.shuffle(causes)
        return budget.try_each(causes, lambda cause: run_limits.unblock([cause]))
    return len(causes)


def _unmark_lost_messages(budget: Budget) -> int:
    published = Job.objects.filter(state=State.PENDING, published_at__isnull=False)
    unmarked = 0
    for queue, jobs in published.order_by().values_list("queue").annotate(Count("pk")):
        messages = publish.count_messages(queue)
        age = None if messages is None else republish_after(jobs=jobs, messages=messages)
        if age is not None:
            unmark = partial(_unmark, queue, age)
            if count := budget.repeat(unmark, MAX_JOBS_PER_STATEMENT):
                log.warning("queue %s lost messages; publishing %s jobs again", queue, count)
                unmarked += count
    return unmarked


def _unmark(queue: str, age: timedelta) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_UNMARK, (queue, str(age), MAX_JOBS_PER_STATEMENT))
        return int(cursor.rowcount)


def _publish(budget: Budget) -> int:
    return sum(window.fill(queue) for queue in window.queues_in_line())


def _fire_schedules(budget: Budget) -> int:
    return schedules.fire_due(lambda: budget.is_left)


def _drain_workers(budget: Budget) -> int:
    draining.sync()
    return 0
