"""Expiry: fail jobs that no worker takes."""

from datetime import timedelta

import redis
from django.db.models.functions import Now

from jobs.dispatch.after_end import follow_up_all
from jobs.lifecycle import verbs
from jobs.maintenance.duties import Budget, Round
from jobs.maintenance.relay import MAX_JOBS_PER_STATEMENT
from jobs.models import Job
from jobs.models.states import State
from jobs.redis import heartbeats


def expire() -> int:
    """Fail jobs that were pending for longer than their type allows, and that nobody takes."""
    with Round("expire") as duties:
        return duties.run("overdue", _expire)


def _expire(budget: Budget) -> int:
    """Fail them queue by queue.

    A long line fails no job: the time of a queue runs only while none of its jobs starts and none
    is running. Without Redis it is unknown when a job last started, so nothing is failed. If Redis
    was emptied, the time begins anew.
    """
    try:
        last_starts = heartbeats.read_starts()
    except redis.RedisError:
        return 0
    for queue in _running_queues():
        heartbeats.record_start(queue)
        last_starts[queue] = 0.0
    overdue = Job.objects.filter(state=State.PENDING, pending_until__lte=Now())
    expired: list[Job] = []

    def expire_in(queue: str) -> None:
        unserved_for = timedelta(seconds=last_starts[queue])
        expired.extend(verbs.expire_overdue(queue, unserved_for, MAX_JOBS_PER_STATEMENT))

    budget.try_each(overdue.order_by().values_list("queue", flat=True).distinct(), expire_in)
    return len(follow_up_all(expired))


def _running_queues() -> list[str]:
    """Name the queues of which a job is running under a lease that has not expired."""
    running = Job.objects.filter(state=State.RUNNING, lease_expires_at__gt=Now())
    return list(running.order_by().values_list("queue", flat=True).distinct())
