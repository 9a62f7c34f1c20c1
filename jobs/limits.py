"""Admission: how many jobs of a type may be active, for an organization, a user, a subject."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from jobs import registry
from jobs.errors import LimitReached
from jobs.models import Job, Organization
from jobs.registry import Limit

RETRY_AFTER = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True)
class Key:
    """What a limit counts: the active jobs of one type in one scope."""

    limit: Limit
    where: tuple[tuple[str, Any], ...]
    """The filter that finds its jobs; it names the key, for its lock."""

    def in_use(self) -> int:
        """Count the active jobs; the parts of a job count as that one."""
        return Job.objects.active().whole().filter(**dict(self.where)).count()


def admit(jobs: Sequence[Job], organization: Organization) -> None:
    """Let jobs in, all or none; to be called in the transaction that inserts them.

    Raises `LimitReached`. Takes one lock per key until the transaction ends, always in the same
    order, so that parallel submissions neither exceed a limit nor deadlock.
    """
    wanted = Counter(key for job in jobs for key in keys_of(job, organization))
    with connection.cursor() as cursor:
        for name in sorted(str(key.where) for key in wanted):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    for key, number in wanted.items():
        in_use = key.in_use()
        if in_use + number > key.limit.size:
            raise LimitReached(
                key.limit.scope, size=key.limit.size, in_use=in_use, retry_after=RETRY_AFTER
            )


def keys_of(job: Job, organization: Organization) -> list[Key]:
    """Give the limits that a job falls under, with the organization's own sizes."""
    narrower: dict[str, dict[str, Any]] = {
        "organization": {},
        "user": {"owner_id": job.owner_id},
        "subject": {"subject": job.subject},
    }
    keys = []
    for limit in registry.get(job.type).limits:
        if limit.scope == "subject" and not job.subject:
            continue
        where = {
            "organization_id": job.organization_id,
            "type": job.type,
            **narrower[limit.scope],
        }
        sized = Limit(scope=limit.scope, size=_size(limit, job.type, organization.limits))
        keys.append(Key(limit=sized, where=tuple(where.items())))
    return keys


def _size(limit: Limit, type: str, overrides: dict[str, Any]) -> int:
    """Look for an override: for the type and scope, then for the scope, then the type's own."""
    of_type = overrides.get(type)
    if isinstance(of_type, dict) and limit.scope in of_type:
        return int(of_type[limit.scope])
    return int(overrides.get(limit.scope, limit.size))
