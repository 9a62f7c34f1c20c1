"""Retention: delete ended jobs after their retention period, in bounded batches."""

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

MAX_PURGED_JOBS = 100
"""Jobs per transaction, without their parts."""


def purge() -> int:
    """Delete ended jobs past their retention, with their event log, steps and files.

    `expires_at` was set by the type and the outcome when the job ended. Jobs whose output another
    job still needs are skipped. Deletes expired idempotency records, too. Returns the number of
    deleted jobs and records.
    """
    deleted = idempotency.purge()
    while (count := _purge_batch()) >= MAX_PURGED_JOBS:
        deleted += count
    return deleted + count


def _purge_batch() -> int:
    expired = Job.objects.filter(~Exists(_dependants()), state__in=TERMINAL, expires_at__lte=Now())
    with transaction.atomic():
        # Locked until they are deleted: a concurrent retry waits, and then finds no job.
        locked = expired.select_for_update(skip_locked=True).order_by("expires_at")
        jobs = list(locked.values_list("pk", "type")[:MAX_PURGED_JOBS])
        # A part that outlives its parent would be shown as a submitted job.
        parts = Job.objects.filter(parent__in=[job_id for job_id, _ in jobs])
        jobs += parts.filter(state__in=TERMINAL).values_list("pk", "type")
        _discard(jobs)
        Job.objects.filter(pk__in=[job_id for job_id, _ in jobs]).delete()
    return len(jobs)


def _dependants() -> QuerySet[Dependency]:
    """Return the dependencies of jobs that have yet to read the output of the outer job.

    A failed job that was split can be retried, and then reads the outputs of its parts.
    """
    reads_parts = Q(job__state__in=RETRYABLE, depends_on__parent=F("job"))
    still_needed = Q(job__state__in=ACTIVE) | reads_parts
    return Dependency.objects.filter(still_needed, depends_on=OuterRef("pk"))


def _discard(jobs: Sequence[tuple[uuid.UUID, str]]) -> None:
    ids_by_type: dict[str, list[uuid.UUID]] = defaultdict(list)
    for job_id, name in jobs:
        ids_by_type[name].append(job_id)
    for name, ids in ids_by_type.items():
        try:
            discard = registry.get(name).discard
        except UnknownJobType:
            continue  # the type was removed, and with it the code that knows its files
        if discard is not None:
            discard(ids)
