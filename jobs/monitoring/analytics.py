"""Who uses what, how well it goes, and what it costs: jobs by day, type, model, user and label."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    DecimalField,
    F,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, TruncDate

from jobs.models import Job
from jobs.models.states import State
from jobs.monitoring.statistics import COMPLETED, RUN, Percentile, in_seconds

MOST = 100
"""Groups that are given, the largest first."""
WHAT: dict[str, Any] = {
    "type": F("type"),
    "user": F("owner__username"),
    "model": Coalesce(KeyTextTransform("model", "usage"), Value(""), output_field=TextField()),
}
"""What jobs may be grouped by, beside a label; "" stands for those that called no model."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """What was submitted on one day, in UTC."""

    day: date
    jobs: int
    users: int


@dataclass(frozen=True, kw_only=True)
class Group:
    """Jobs that have something in common."""

    name: str
    jobs: int
    users: int
    success_rate: float | None
    """Share of the completed among those that completed or failed."""
    p50_seconds: float | None
    """Of those that completed, as is the next."""
    p95_seconds: float | None
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float


def days(jobs: QuerySet[Job]) -> Iterator[Day]:
    """Count jobs and the users who submitted them, day by day; a day without any is left out."""
    rows = jobs.order_by().values(day=TruncDate("created_at"))
    for row in rows.annotate(jobs=Count("pk"), users=Count("owner", distinct=True)).order_by("day"):
        yield Day(**row)


def groups(jobs: QuerySet[Job], by: Any) -> Iterator[Group]:
    """Give the largest groups of jobs by an expression: one of `WHAT`, or `label(name)`."""
    rows = (
        jobs.order_by()
        .values(name=by)
        .annotate(
            jobs=Count("pk"),
            users=Count("owner", distinct=True),
            completed=Count("pk", filter=COMPLETED),
            failed=Count("pk", filter=Q(state=State.FAILED)),
            p50_seconds=Percentile(RUN, 0.5, filter=COMPLETED),
            p95_seconds=Percentile(RUN, 0.95, filter=COMPLETED),
            prompt_tokens=_used("prompt_tokens", BigIntegerField()),
            completion_tokens=_used("completion_tokens", BigIntegerField()),
            cost_usd=_used("cost_usd", DecimalField(max_digits=20, decimal_places=6)),
        )
    )
    for row in rows.order_by("-jobs", "name")[:MOST]:
        yield _group(dict(row))


def label(name: str) -> Any:
    """Give the expression of a label's value; "" where a job has none of this name."""
    return Coalesce(KeyTextTransform(name, "labels"), Value(""), output_field=TextField())


def _used(what: str, kind: Any) -> Any:
    return Coalesce(Sum(Cast(KeyTextTransform(what, "usage"), kind)), Value(0), output_field=kind)


def _group(row: dict[str, Any]) -> Group:
    completed = row.pop("completed")
    ended = completed + row.pop("failed")
    for name in ("p50_seconds", "p95_seconds"):
        row[name] = None if row[name] is None else in_seconds(row[name])
    row["cost_usd"] = float(row["cost_usd"])
    return Group(success_rate=round(completed / ended, 4) if ended else None, **row)
