"""The limits of an organization: their sizes, the jobs that count, and changes by operators."""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from jobs import registry
from jobs.errors import Fault, InvalidSubmission, UnknownJobType
from jobs.lifecycle.dependencies import HAS_PARTS
from jobs.models import Organization
from jobs.models.limits import SCOPES, find_faults, size_of_limit
from jobs.submission.validation import pointer_token

log = logging.getLogger(__name__)

MAX_WEIGHT = 1000

_COUNT = f"""
WITH counted AS (
    SELECT type, owner_id, subject, grouping(owner_id, subject) AS left_out, count(*) AS number
    FROM jobs_job WHERE organization_id = %(organization)s AND parent_id IS NULL
        AND state IN ('waiting', 'scheduled', 'pending', 'running') AND (
            state IN ('pending', 'running') OR state = 'scheduled' AND attempt > 0
            OR state = 'waiting' AND {HAS_PARTS}
        )
    GROUP BY GROUPING SETS ((type), (type, owner_id), (type, subject))
)
SELECT type, max(number) FILTER (WHERE left_out = 3),
    max(number) FILTER (WHERE left_out = 1 AND owner_id = coalesce(%(user)s, owner_id)),
    max(number) FILTER (WHERE left_out = 2 AND subject <> '')
FROM counted GROUP BY type
"""
"""The jobs that count against limits, as in `admission`: by organization, user and subject."""


@dataclass(frozen=True, kw_only=True)
class EffectiveLimit:
    """A limit of active jobs as it applies to an organization."""

    type: str
    scope: str
    size: int
    default: int
    """The size that the job type declares."""
    in_use: int
    """Jobs that count: of the organization, of a user, or of the subject that has most of them."""


def effective_limits(organization: Organization, *, user_id: Any = None) -> list[EffectiveLimit]:
    """Return the limits of every job type, with the sizes of an organization.

    `in_use` of a limit per user is that of `user_id`, by default of the user who has most jobs.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"organization": organization.pk, "user": user_id})
        counts = {name: dict(zip(SCOPES, numbers, strict=True)) for name, *numbers in cursor}
    return [
        EffectiveLimit(
            type=declared.name,
            scope=limit.scope,
            size=size_of_limit(organization.limits, declared.name, limit.scope, limit.size),
            default=limit.size,
            in_use=counts.get(declared.name, {}).get(limit.scope) or 0,
        )
        for declared in registry.all_types()
        for limit in declared.limits
    ]


def set_limits(
    organization_id: uuid.UUID, overrides: Mapping[str, Any], weight: float, *, actor: str
) -> None:
    """Replace the sizes that an organization has instead of those of the job types, and its weight.

    Raises `InvalidSubmission` for a size, scope, job type or weight that is not valid.
    """
    check_overrides(overrides)
    if not 0 < weight <= MAX_WEIGHT:
        detail = f"A weight is a number above 0, at most {MAX_WEIGHT}."
        fault = Fault(pointer="/weight", code="invalid", detail=detail)
        raise InvalidSubmission("The weight is not valid.", [fault])
    changed = {"limits": dict(overrides), "weight": weight}
    Organization.objects.filter(pk=organization_id).update(**changed)
    log.info("%s changed organization %s: %s", actor, organization_id, changed)


def check_overrides(overrides: Mapping[str, Any]) -> None:
    """Raise `InvalidSubmission`, with pointers below /overrides, unless all overrides apply."""
    faults = [
        Fault(pointer=_pointer(*path), code="invalid", detail=detail)
        for path, detail in find_faults(overrides)
    ]
    for name, sizes in overrides.items():
        if isinstance(sizes, dict) and not faults:
            faults += _find_idle(name, sizes)
    if faults:
        raise InvalidSubmission("The limits are not valid.", faults)


def _find_idle(type: str, sizes: Mapping[str, int]) -> list[Fault]:
    """Find overrides of one type that would have no effect."""
    declared = {each.name: each for each in registry.all_types()}.get(type)
    if declared is None:
        detail = f"There is no job type {type}. Use a name that `GET /job-types` lists."
        return [Fault(pointer=_pointer(type), code=UnknownJobType.code, detail=detail)]
    scopes = [limit.scope for limit in declared.limits]
    detail = f"{type} has no limit of this scope. Its scopes: {', '.join(scopes) or 'none'}."
    return [
        Fault(pointer=_pointer(type, scope), code="invalid", detail=detail)
        for scope in sizes
        if scope not in scopes
    ]


def _pointer(*path: str) -> str:
    return "/overrides" + "".join(pointer_token(name) for name in path)
