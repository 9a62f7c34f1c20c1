"""Analytics: usage, success and cost of jobs by day, type, model, user and label."""

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

MAX_GROUPS = 100
"""Only the largest groups are returned."""
GROUPINGS: dict[str, Any] = {
    "type": F("type"),
    "user": F("owner__username"),
    "model": Coalesce(KeyTextTransform("model", "usage"), Value(""), output_field=TextField()),
}
"""The expressions to group jobs by, besides labels. "" is the model of jobs without model calls."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """The jobs submitted on one day (UTC)."""

    day: date
    jobs: int
    users: int


@dataclass(frozen=True, kw_only=True)
class Group:
    """The jobs of one group."""

    name: str
    jobs: int
    users: int
    success_rate: float | None
    """Completed jobs as a share of completed and failed ones."""
    p50_seconds: float | None
    """Of completed jobs, like `p95_seconds`."""
    p95_seconds: float | None
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float


def days(jobs: QuerySet[Job]) -> Iterator[Day]:
    """Yield the number of jobs and of their users per day; days without jobs are omitted."""
    rows = jobs.order_by().values(day=TruncDate("created_at"))
    for row in rows.annotate(jobs=Count("pk"), users=Count("owner", distinct=True)).order_by("day"):
        yield Day(**row)


def groups(jobs: QuerySet[Job], by: Any) -> Iterator[Group]:
    """Yield the largest groups of jobs by an expression of `GROUPINGS`, or `label(name)`."""
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
            prompt_tokens=_sum_usage("prompt_tokens", BigIntegerField()),
            completion_tokens=_sum_usage("completion_tokens", BigIntegerField()),
            cost_usd=_sum_usage("cost_usd", DecimalField(max_digits=20, decimal_places=6)),
        )
    )
    for row in rows.order_by("-jobs", "name")[:MAX_GROUPS]:
        yield _build_group(dict(row))


def label(name: str) -> Any:
    """Return the expression of a label's value, "" for jobs without this label."""
    return Coalesce(KeyTextTransform(name, "labels"), Value(""), output_field=TextField())


def _sum_usage(name: str, field: Any) -> Any:
    total = Sum(Cast(KeyTextTransform(name, "usage"), field))
    return Coalesce(total, Value(0), output_field=field)


def _build_group(row: dict[str, Any]) -> Group:
    completed = row.pop("completed")
    ended = completed + row.pop("failed")
    for name in ("p50_seconds", "p95_seconds"):
        row[name] = None if row[name] is None else in_seconds(row[name])
    row["cost_usd"] = float(row["cost_usd"])
    return Group(success_rate=round(completed / ended, 4) if ended else None, **row)
