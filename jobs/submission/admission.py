"""Admission: how many jobs of a type may be active, for an organization, a user, a subject."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jobs import registry
from jobs.errors import LimitReached
from jobs.lifecycle.eventlog import UNGUARDED, Guard, Sql
from jobs.lifecycle.webhook_outbox import IS_PART
from jobs.models import Job, Organization
from jobs.models.states import ACTIVE
from jobs.registry import Limit

RETRY_AFTER = timedelta(seconds=10)

_ACTIVE = ", ".join(f"'{state}'" for state in sorted(ACTIVE))
_IN_USE = f"SELECT count(*) FROM jobs_job WHERE state IN ({_ACTIVE}) AND NOT {IS_PART}"


@dataclass(frozen=True, kw_only=True)
class Key:
    """What a limit counts: the active jobs of one type in one scope."""

    limit: Limit
    where: tuple[tuple[str, Any], ...]
    """The columns that tell its jobs from others; they name the key, for its lock."""

    @property
    def in_use(self) -> Sql:
        """Counts its active jobs; the parts of a job count as that one."""
        scope = "".join(f" AND {column} = %s" for column, _ in self.where)
        return Sql(f"({_IN_USE}{scope})", tuple(value for _, value in self.where))


def guard(jobs: Sequence[Job], organization: Organization) -> Guard:
    """Say what must hold for jobs to be let in, all or none; it refuses with `LimitReached`.

    One lock a key, always in the same order, so that parallel submissions neither exceed a limit
    nor deadlock.
    """
    wanted = Counter(key for job in jobs for key in keys_of(job, organization))
    if not wanted:
        return UNGUARDED
    counts = [key.in_use for key in wanted]

    def refusal(used: list[int]) -> LimitReached:
        in_use, limit = next(
            (count, key.limit)
            for count, (key, number) in zip(used, wanted.items(), strict=True)
            if count + number > key.limit.size
        )
        return LimitReached(limit.scope, size=limit.size, in_use=in_use, retry_after=RETRY_AFTER)

    return Guard(
        locks=sorted(str(key.where) for key in wanted),
        counts=Sql(
            f"ARRAY[{', '.join(count.text for count in counts)}]::int[]",
            tuple(param for count in counts for param in count.params),
        ),
        most=[key.limit.size - number for key, number in wanted.items()],
        refusal=refusal,
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
