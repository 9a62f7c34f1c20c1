"""What many jobs come to: how many, how long, how well."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet
from django.db.models.functions import Now

from jobs.models import Job, Organization
from jobs.models.states import State

HISTORY = timedelta(days=30)
"""What is older says little about how long a job takes today."""
ENOUGH = 5
"""Completed jobs from which a duration counts as measured."""


class Percentile(Aggregate):
    """PostgreSQL's `percentile_cont`, between two values where none is in the middle."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, share=float(share), **extra)


RUN = F("finished_at") - F("started_at")
COMPLETED = Q(state=State.COMPLETED)


@dataclass(kw_only=True)
class Figures:
    """Some jobs, counted and timed. Durations are of the attempts that completed, in seconds."""

    states: dict[str, int] = field(default_factory=dict)
    p50: float | None = None
    p95: float | None = None

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.states.values())

    @property
    def success_rate(self) -> float | None:
        """Share of the completed among those that completed or failed; None before there is one."""
        completed = self.states.get(State.COMPLETED, 0)
        ended = completed + self.states.get(State.FAILED, 0)
        return round(completed / ended, 4) if ended else None


def summarize(jobs: QuerySet[Job]) -> tuple[Figures, dict[str, Figures]]:
    """Give the figures of all the jobs, and of each type."""
    jobs = jobs.order_by()
    overall, types = Figures(), defaultdict[str, Figures](Figures)
    for name, state, number in jobs.values_list("type", "state").annotate(number=Count("pk")):
        types[name].states[state] = number
        overall.states[state] = overall.states.get(state, 0) + number
    completed = jobs.filter(COMPLETED)
    timed = {"p50": Percentile(RUN, 0.5), "p95": Percentile(RUN, 0.95)}
    for row in completed.values("type").annotate(**timed):
        _time(types[row["type"]], row)
    _time(overall, completed.aggregate(**timed))
    return overall, dict(sorted(types.items()))


def typical(organization: Organization) -> dict[str, list[float]]:
    """Give from and to how many seconds a tenant's jobs of each type have usually taken lately.

    The middle four fifths of those that completed. A type that has hardly been used is left out.
    """
    lately = Job.objects.of(organization).filter(COMPLETED, finished_at__gt=Now() - HISTORY)
    rows = (
        lately.order_by()
        .values("type")
        .annotate(low=Percentile(RUN, 0.1), high=Percentile(RUN, 0.9), number=Count("pk"))
    )
    return {
        row["type"]: [in_seconds(row["low"]), in_seconds(row["high"])]
        for row in rows
        if row["number"] >= ENOUGH
    }


def _time(figures: Figures, row: Mapping[str, Any]) -> None:
    if row["p50"] is not None:
        figures.p50, figures.p95 = in_seconds(row["p50"]), in_seconds(row["p95"])


def in_seconds(duration: timedelta) -> float:
    """Give a duration in seconds, to the millisecond."""
    return round(duration.total_seconds(), 3)
