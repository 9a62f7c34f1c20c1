"""Statistics of jobs: counts, durations and success rates."""

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
"""Older jobs do not count for the typical duration."""
MIN_COMPLETED_JOBS = 5
"""With fewer completed jobs, a job type has no measured duration."""


class Percentile(Aggregate):
    """PostgreSQL's `percentile_cont`, which interpolates between values."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, share=float(share), **extra)


RUN = F("finished_at") - F("started_at")
COMPLETED = Q(state=State.COMPLETED)


@dataclass(kw_only=True)
class JobStatistics:
    """Counts and durations of jobs. Durations are of completed attempts, in seconds."""

    states: dict[str, int] = field(default_factory=dict)
    p50: float | None = None
    p95: float | None = None

    @property
    def total(self) -> int:
        """The number of jobs."""
        return sum(self.states.values())

    @property
    def success_rate(self) -> float | None:
        """Completed jobs as a share of completed and failed ones; `None` if there are none."""
        completed = self.states.get(State.COMPLETED, 0)
        ended = completed + self.states.get(State.FAILED, 0)
        return round(completed / ended, 4) if ended else None


def summarize(jobs: QuerySet[Job]) -> tuple[JobStatistics, dict[str, JobStatistics]]:
    """Return the statistics of all the jobs, and of each job type."""
    jobs = jobs.order_by()
    overall, types = JobStatistics(), defaultdict[str, JobStatistics](JobStatistics)
    for name, state, number in jobs.values_list("type", "state").annotate(number=Count("pk")):
        types[name].states[state] = number
        overall.states[state] = overall.states.get(state, 0) + number
    completed = jobs.filter(COMPLETED)
    percentiles = {"p50": Percentile(RUN, 0.5), "p95": Percentile(RUN, 0.95)}
    for row in completed.values("type").annotate(**percentiles):
        _set_durations(types[row["type"]], row)
    _set_durations(overall, completed.aggregate(**percentiles))
    return overall, dict(sorted(types.items()))


def typical(organization: Organization) -> dict[str, list[float]]:
    """Return the typical duration of each job type for a tenant, as [low, high] in seconds.

    The range covers the middle 80% of recently completed jobs. Types with too few jobs are absent.
    """
    recent = Job.objects.of(organization).filter(COMPLETED, finished_at__gt=Now() - HISTORY)
    rows = (
        recent.order_by()
        .values("type")
        .annotate(low=Percentile(RUN, 0.1), high=Percentile(RUN, 0.9), number=Count("pk"))
    )
    return {
        row["type"]: [in_seconds(row["low"]), in_seconds(row["high"])]
        for row in rows
        if row["number"] >= MIN_COMPLETED_JOBS
    }


def _set_durations(statistics: JobStatistics, row: Mapping[str, Any]) -> None:
    if row["p50"] is not None:
        statistics.p50, statistics.p95 = in_seconds(row["p50"]), in_seconds(row["p95"])


def in_seconds(duration: timedelta) -> float:
    """Return a duration in seconds, rounded to the millisecond."""
    return round(duration.total_seconds(), 3)
