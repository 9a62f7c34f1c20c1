"""Parallel answers for one dashboard lose no chart and duplicate none."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from documents.models import Document
from jobs import testing
from jobs.models import Job
from reports.data import dashboards
from reports.data.dashboards import StoredCharts
from reports.models import Dashboard

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4
Order = Callable[..., Job]


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Job]], list[Job]]:
    """Return a function that runs jobs in threads, which keep their charts all at once."""
    keep, barrier = dashboards.store_charts, Barrier(AT_ONCE)

    def at_once(*args: Any) -> StoredCharts:
        barrier.wait(60)
        return keep(*args)

    def run(job: Job) -> Job:
        try:
            return testing.run(job)
        finally:
            connection.close()

    def all_of(jobs: list[Job]) -> list[Job]:
        monkeypatch.setattr(dashboards, "store_charts", at_once)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(run, jobs))

    return all_of


def test_every_answer_is_added(
    order: Order, sales: Document, dashboard: Dashboard, together: Callable[..., list[Job]]
) -> None:
    asked = [
        order("total revenue by region", document=sales.pk, dashboard=dashboard.pk)
        for _ in range(AT_ONCE)
    ]
    done = together(asked)
    assert [job.state for job in done] == ["completed"] * AT_ONCE
    assert [one.position for one in dashboard.widgets.all()] == [1, 2, 3, 4]
    assert {one.job_id for one in dashboard.widgets.all()} == {job.pk for job in asked}
    assert dashboard.messages.count() == 2 * AT_ONCE


def test_the_first_answer_changes_the_chart_and_the_others_add_theirs(
    order: Order, ask: Order, sales: Document, dashboard: Dashboard,
    together: Callable[..., list[Job]],
) -> None:  # fmt: skip
    ask("total revenue by region", document=sales.pk, dashboard=dashboard.pk)
    widget = dashboard.widgets.get()
    asked = [order("as a table", dashboard=dashboard.pk, widget=widget.pk) for _ in range(AT_ONCE)]
    done = together(asked)
    counts = [
        sum("changed or deleted in the meantime" in one for one in job.output["warnings"])
        for job in done
    ]
    assert sorted(counts) == [0, 1, 1, 1], "all but one have the note"
    versions = [(one.position, one.version) for one in dashboard.widgets.all()]
    assert versions == [(1, 2), (2, 1), (3, 1), (4, 1)]
