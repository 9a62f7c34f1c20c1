"""Purging: ended jobs whose time has passed are deleted, in bounded batches."""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from jobs import idempotency, registry
from jobs.errors import UnknownJobType
from jobs.models import Dependency, Job
from jobs.models.states import ACTIVE, RETRYABLE, TERMINAL

BATCH = 100
"""Jobs a transaction."""


def purge() -> int:
    """Delete ended jobs whose retention has passed, with their log, steps and files.

    `expires_at` was set by the type and the outcome when the job ended. What another job has yet
    to read stays as long. Old answers to requests go too. Answers how many rows of either went.
    """
    deleted = idempotency.purge()
    while (gone := _purge_batch()) >= BATCH:
        deleted += gone
    return deleted + gone


def _purge_batch() -> int:
    over = Job.objects.filter(~Exists(_needing()), state__in=TERMINAL, expires_at__lte=Now())
    with transaction.atomic():
        # Locked until they are gone: a retry of one of them waits, and then finds nothing.
        locked = over.select_for_update(skip_locked=True).order_by("expires_at")
        jobs = list(locked.values_list("pk", "type")[:BATCH])
        # A part that is left behind would be shown as a job of its own.
        parts = Job.objects.filter(batch__gathered_by__in=[job_id for job_id, _ in jobs])
        jobs += parts.filter(state__in=TERMINAL).values_list("pk", "type")
        _discard(jobs)
        Job.objects.filter(pk__in=[job_id for job_id, _ in jobs]).delete()
    return len(jobs)


def _needing() -> QuerySet[Dependency]:
    """Find who has yet to read a job's output: a job that depends on it, or whose part it is.

    A job that failed may be retried, and then gathers its parts.
    """
    gathers = Q(job__state__in=RETRYABLE, parent__batch__gathered_by=F("job"))
    return Dependency.objects.filter(Q(job__state__in=ACTIVE) | gathers, parent=OuterRef("pk"))


def _discard(jobs: Sequence[tuple[uuid.UUID, str]]) -> None:
    of_type: dict[str, list[uuid.UUID]] = defaultdict(list)
    for job_id, name in jobs:
        of_type[name].append(job_id)
    for name, ids in of_type.items():
        try:
            discard = registry.get(name).discard
        except UnknownJobType:
            continue  # the type was removed, and with it whoever knew of its files
        if discard is not None:
            discard(ids)
