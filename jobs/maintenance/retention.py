"""Retention: delete ended jobs after their retention period, in bounded batches."""

import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from jobs import idempotency, registry
from jobs.errors import UnknownJobType
from jobs.maintenance.duties import limit_statements
from jobs.models import Dependency, Job
from jobs.models.states import ACTIVE, RETRYABLE, TERMINAL

log = logging.getLogger(__name__)

MAX_PURGED_JOBS = 100
"""Jobs per transaction, without their parts."""


def purge() -> int:
    """Delete ended jobs past their retention, with their event log, steps and files.

    `expires_at` was set by the type and the outcome when the job ended. Jobs whose output another
    job still needs are skipped. Deletes expired idempotency records, too. Returns the number of
    deleted jobs and records.
    """
    deleted = idempotency.purge()
    broken: list[uuid.UUID] = []
    with limit_statements():
        while (count := _purge_next(broken)) >= MAX_PURGED_JOBS > len(broken):
            deleted += count
    return deleted + count


def _purge_next(broken: list[uuid.UUID]) -> int:
    """Delete the next jobs, together or else one by one; skip and note the broken ones."""
    expired = _expired().exclude(pk__in=broken)
    try:
        return _purge_batch(expired)
    except Exception as error:
        if connection.in_atomic_block:
            raise
        log.warning("purging jobs one by one, since together they were not: %s", error)
    ids = list(expired.order_by("expires_at").values_list("pk", flat=True)[:MAX_PURGED_JOBS])
    for job_id in ids:
        try:
            _purge_batch(expired.filter(pk=job_id))
        except Exception:
            log.exception("job %s cannot be purged now", job_id)
            broken.append(job_id)
    return len(ids)


def _expired() -> QuerySet[Job]:
    return Job.objects.filter(~Exists(_dependants()), state__in=TERMINAL, expires_at__lte=Now())


def _purge_batch(expired: QuerySet[Job]) -> int:
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
