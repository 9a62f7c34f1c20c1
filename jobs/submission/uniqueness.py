"""Unique jobs: a submission that matches an existing job returns that job and stores nothing."""

import hashlib
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jobs.models import Job
from jobs.models.states import ACTIVE, State

MAX_KEY_LOCKS = 50
"""A submission with more keys locks its organization instead: PostgreSQL's lock table is small."""

LOCK_ORGANIZATION = "SELECT pg_advisory_xact_lock{shared}(hashtextextended(%s, 0));"
LOCK_KEYS = "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s) AS name;"
"""A separate statement before the one that reads: a statement sees what was committed when it
began, so it must begin after the lock is held."""
# Sorted by a row, which no index provides: the planner could otherwise read all jobs of an
# organization from the newest on, to find a key that does not exist.
_FIND = """
SELECT requested.position, found.* FROM json_to_recordset(%s) AS requested (
    position integer, type text, key text, period float8, states text[]
) CROSS JOIN LATERAL (
    SELECT {columns} FROM jobs_job
    WHERE organization_id = %s AND type = requested.type AND unique_key = requested.key
        AND state = ANY (requested.states) AND created_at > coalesce(
            statement_timestamp() - make_interval(secs => requested.period), '-infinity'
        )
    ORDER BY (created_at, id) DESC LIMIT 1
) AS found
"""


@dataclass(frozen=True, kw_only=True)
class Unique:
    """Store a job only if no other job of its organization and type has its key."""

    key: str | None = None
    """Default: computed from the input."""
    period: timedelta | None = None
    """Jobs that were submitted longer ago do not count. Default: all of them count."""
    states: Collection[State | str] | None = None
    """States in which another job counts. Default: every state before its end, and `completed` if
    there is a period."""

    @property
    def matching_states(self) -> frozenset[str]:
        if self.states is not None:
            return frozenset(map(str, self.states))
        return ACTIVE if self.period is None else ACTIVE | {State.COMPLETED}

    def key_for(self, input: Mapping[str, Any]) -> str:
        """Return the key of a job with this validated input."""
        if self.key is not None:
            return self.key
        canonical = json.dumps(input, sort_keys=True, separators=(",", ":"))
        return f"input:{hashlib.sha256(canonical.encode()).hexdigest()}"


def find_existing(jobs: Sequence[Job], uniques: Sequence[Unique | None]) -> dict[int, Job]:
    """Return the existing jobs that match new ones, by the position of the new job.

    A job that matches an earlier one of `jobs` is found as well. Call this in the transaction that
    stores the rest: it locks the keys until the end, so parallel submissions store one job. Without
    unique jobs it runs no statement. With several jobs, only the IDs of the existing ones are read.
    """
    requested = {
        position: (job, unique)
        for position, (job, unique) in enumerate(zip(jobs, uniques, strict=True))
        if unique is not None
    }
    if not requested:
        return {}
    found = _find_stored(requested)
    new: dict[tuple[str, str | None], Job] = {}
    for position, (job, unique) in requested.items():
        if position in found:
            continue
        earlier = new.get((job.type, job.unique_key))
        if earlier is not None and earlier.state in unique.matching_states:
            found[position] = earlier
        else:
            new[job.type, job.unique_key] = job
    return found


def lock_statement(organization_id: uuid.UUID, names: Collection[str]) -> tuple[str, list[Any]]:
    """Return SQL with parameters that locks keys of an organization for the transaction.

    Few keys are locked one by one, many by a lock on the organization, which excludes both. Keys
    are always locked in the same order, so that parallel submissions do not deadlock.
    """
    organization = f"keys:{organization_id}"
    if len(names) > MAX_KEY_LOCKS:
        return LOCK_ORGANIZATION.format(shared=""), [organization]
    keys = sorted(f"{organization}:{name}" for name in names)
    return LOCK_ORGANIZATION.format(shared="_shared") + LOCK_KEYS, [organization, keys]


def _find_stored(requested: Mapping[int, tuple[Job, Unique]]) -> dict[int, Job]:
    organization_id = next(job.organization_id for job, _ in requested.values())
    names = {f"unique:{job.type}:{job.unique_key}" for job, _ in requested.values()}
    lock, parameters = lock_statement(organization_id, names)
    rows = [
        {
            "position": position,
            "type": job.type,
            "key": job.unique_key,
            "period": unique.period.total_seconds() if unique.period else None,
            "states": sorted(unique.matching_states),
        }
        for position, (job, unique) in requested.items()
    ]
    statement = lock + _FIND.format(columns="*" if len(rows) == 1 else "id")
    found = Job.objects.raw(statement, [*parameters, json.dumps(rows), organization_id])
    return {vars(job)["position"]: job for job in found}
