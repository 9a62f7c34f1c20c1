"""The relay: fires schedules, promotes due jobs, and publishes jobs without a message.

Several processes can run it at the same time. Each function does one round in bounded batches and
returns the number of jobs.
"""

import logging
from datetime import timedelta

from django.db.models import Count
from django.db.models.functions import Now

from jobs.dispatch import after_end, draining, publish, run_limits, window
from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.models.states import State
from jobs.submission import schedules

log = logging.getLogger(__name__)

MAX_JOBS_PER_STATEMENT = 500
IN_FLIGHT = timedelta(seconds=5)
"""A younger message may still be on its way to a worker."""
STALE = timedelta(seconds=30)
"""If a queue lacks only a few messages, older messages count as lost."""
MAX_UNCLAIMED_MESSAGES = 16
"""Messages that workers may have received, but not yet claimed, at the time of the count."""


def relay() -> int:
    """Fire schedules, promote jobs that are due, and publish jobs until each window is full."""
    after_end.sweep()
    schedules.fire_due()
    promoted = len(verbs.promote_due(MAX_JOBS_PER_STATEMENT))
    run_limits.unblock_all()
    draining.sync()
    _unmark_lost_messages()
    return promoted + sum(window.fill(queue) for queue in window.queues_in_line())


def republish_after(*, jobs: int, messages: int) -> timedelta | None:
    """Return the age from which the messages of a queue count as lost; `None` if all are there.

    `jobs` is the number of published pending jobs. If messages are missing, all of that age are
    published again: the worker that finds its job already claimed drops the extra message.
    """
    if jobs <= messages:
        return None
    return IN_FLIGHT if messages == 0 or jobs - messages > MAX_UNCLAIMED_MESSAGES else STALE


def _unmark_lost_messages() -> None:
    published = Job.objects.filter(state=State.PENDING, published_at__isnull=False)
    for queue, jobs in published.order_by().values_list("queue").annotate(Count("pk")):
        messages = publish.count_messages(queue)
        age = None if messages is None else republish_after(jobs=jobs, messages=messages)
        if age is not None:
            lost = published.filter(queue=queue, published_at__lte=Now() - age)
            if count := lost.update(published_at=None):
                log.warning("queue %s lost messages; publishing %s jobs again", queue, count)
