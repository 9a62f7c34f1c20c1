"""Dead letters: failed jobs in groups of one type, error code and message.

IDs and numbers in messages are replaced, so that `part 3 of 0b5e...` and `part 7 of 91ac...` are
one group. Failed parts are left out: the job that they belong to has failed as well.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import CharField, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from jobs.models import DismissedFailure, Job, Organization
from jobs.models.states import State

MAX_GROUPS = 100
MAX_MESSAGE_CHARACTERS = 500
"""Messages that begin with the same 500 characters are in one group."""

_PATTERNS = (
    # Identifiers first: a number within one is no number.
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>"),
    (r"\m0x[0-9a-f]+\M|\m(?=[a-f]*[0-9])[0-9a-f]{12,}\M", "<id>"),
    (r"\d+(?:[.,:]\d+)*", "<n>"),
)
"""Regular expressions of PostgreSQL (`\\m` and `\\M` are the bounds of a word)."""


def _normalize(expression: str) -> str:
    for pattern, replacement in _PATTERNS:
        expression = f"regexp_replace({expression}, '{pattern}', '{replacement}', 'gi')"
    return expression


_MESSAGE = _normalize(f"left(coalesce(error->>'message', ''), {MAX_MESSAGE_CHARACTERS})")
_CODE = "coalesce(error->>'code', '')"
FINGERPRINT = f"md5(concat_ws(E'\\n', type, {_CODE}, {_MESSAGE}))"
"""SQL expression on a row of `jobs_job`: the group that a failed job belongs to."""

_GROUPS = f"""
WITH failed AS (
    SELECT type, {_CODE} AS code, {_MESSAGE} AS message, {FINGERPRINT} AS fingerprint,
        id, finished_at, organization_id
    FROM jobs_job WHERE organization_id = %s AND state = 'failed' AND parent_id IS NULL
)
SELECT fingerprint, type, code, message, count(*), min(finished_at), max(finished_at),
    (array_agg(id ORDER BY finished_at DESC))[1]
FROM failed WHERE NOT EXISTS (
    SELECT FROM jobs_dismissedfailure AS dismissed
    WHERE dismissed.organization_id = failed.organization_id
    AND dismissed.fingerprint = failed.fingerprint AND finished_at <= dismissed_at
)
GROUP BY fingerprint, type, code, message ORDER BY max(finished_at) DESC LIMIT %s
"""


@dataclass(frozen=True, kw_only=True)
class FailureGroup:
    """Failed jobs that have failed for one reason."""

    fingerprint: str
    type: str
    code: str
    message: str
    """With `<id>` and `<n>` for what differs."""
    count: int
    first_at: datetime
    last_at: datetime
    latest_job: UUID


def group_failures(organization: Organization) -> list[FailureGroup]:
    """Return the groups that nobody has dismissed, those that failed last first."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, [organization.pk, MAX_GROUPS])
        names = [field.name for field in fields(FailureGroup)]
        return [FailureGroup(**dict(zip(names, row, strict=True))) for row in cursor]


def jobs_of_group(organization: Organization, fingerprint: str) -> QuerySet[Job]:
    """Return the failed jobs of a group, oldest first."""
    failed = Job.objects.of(organization).without_parts().filter(state=State.FAILED)
    # The expression is a constant: no value of a request is in it.
    grouped = failed.annotate(fingerprint=RawSQL(FINGERPRINT, (), CharField()))  # noqa: S611
    return grouped.filter(fingerprint=fingerprint).order_by("finished_at", "id")


def dismiss_group(organization: Organization, fingerprint: str, *, actor: str) -> None:
    """Stop listing a group, until another of its jobs fails."""
    DismissedFailure.objects.update_or_create(
        organization=organization,
        fingerprint=fingerprint,
        defaults={"actor": actor, "dismissed_at": Now()},
    )
