"""Charts are stored once on their dashboard, and concurrent changes are kept."""

from collections.abc import Callable

import pytest

from documents.models import Document
from jobs import testing
from jobs.lifecycle import verbs
from jobs.models import Job
from reports.data import dashboards
from reports.models import Dashboard, Message, Widget

Ask = Callable[..., Job]


def again(job: Job, *steps: str) -> Job:
    """Have a job run once more, as if it had died before these steps were stored."""
    job.steps.filter(name__in=steps).update(finished_at=None)
    Job.objects.filter(pk=job.pk).update(state="failed")
    verbs.retry(job.pk)
    return testing.run(job)


def test_an_answer_adds_its_chart_to_the_dashboard(
    ask: Ask, sales: Document, dashboard: Dashboard
) -> None:
    job = ask("total revenue by region", document=sales.pk, dashboard=dashboard.pk)
    assert job.state == "completed", job.error
    widget = dashboard.widgets.get()
    [shown] = job.output["widgets"]
    assert (shown["id"], shown["spec"]) == (str(widget.pk), widget.spec)
    assert (widget.kind, widget.position, widget.version, widget.job_id) == ("bar", 1, 1, job.pk)
    assert widget.svg.startswith("<svg")
    assert job.output["answer"].startswith("Sum of revenue by region: North 300.5; South 50.25")
    assert [column["name"] for column in job.output["columns"]][:2] == ["day", "region"]


def test_a_chart_without_a_dashboard_is_in_the_output_alone(ask: Ask, sales: Document) -> None:
    job = ask("total revenue by region", document=sales.pk)
    assert job.output["widgets"][0]["id"] is None
    assert not Widget.objects.exists()


def test_the_conversation_is_stored_once(ask: Ask, sales: Document, dashboard: Dashboard) -> None:
    job = ask("total revenue", document=sales.pk, dashboard=dashboard.pk, chat="Monday")
    messages = [(one.role, one.chat, len(one.widgets)) for one in dashboard.messages.all()]
    assert messages == [("user", "Monday", 0), ("assistant", "Monday", 1)]
    assert again(job, "begin", "keep").state == "completed"
    assert (Message.objects.count(), Widget.objects.count()) == (2, 1)


def test_a_changed_chart_keeps_its_place(ask: Ask, sales: Document, dashboard: Dashboard) -> None:
    ask("total revenue by month", document=sales.pk, dashboard=dashboard.pk)
    ask("units by region", dashboard=dashboard.pk)
    job = ask("change the first chart to quarterly", dashboard=dashboard.pk)
    first, second = dashboard.widgets.all()
    assert job.output["widgets"][0]["id"] == str(first.pk)
    assert (first.title, first.version, first.position) == ("Sum of revenue by quarter", 2, 1)
    assert second.version == 1
    named = ask("as a table", dashboard=dashboard.pk, widget=second.pk)
    second.refresh_from_db()
    assert (named.state, second.kind, second.version) == ("completed", "table", 2)
    assert again(named, "keep").state == "completed"
    second.refresh_from_db()
    assert second.version == 2


@pytest.mark.parametrize("removed", [False, True])
def test_a_chart_that_changed_meanwhile_is_left_alone(  # noqa: PLR0917  # fixtures
    removed: bool, order: Ask, ask: Ask, sales: Document, dashboard: Dashboard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    ask("total revenue by month", document=sales.pk, dashboard=dashboard.pk)
    widget = dashboard.widgets.get()
    keep = dashboards.store_charts

    def late(job: object, *args: object) -> dashboards.StoredCharts:
        monkeypatch.setattr(dashboards, "store_charts", keep)
        if removed:
            widget.delete()
        else:
            ask("as a table", dashboard=dashboard.pk, widget=widget.pk)
        return keep(job, *args)  # type: ignore[arg-type]  # passed on as they came

    slow = order("quarterly", dashboard=dashboard.pk, widget=widget.pk)
    monkeypatch.setattr(dashboards, "store_charts", late)
    done = testing.run(slow)
    assert "was changed or deleted in the meantime" in done.output["warnings"][-1]
    kinds = [(one.kind, one.version) for one in dashboard.widgets.all()]
    assert kinds == ([("line", 1)] if removed else [("table", 2), ("line", 1)])


def test_a_removed_dashboard_does_not_fail_the_answer(
    order: Ask, sales: Document, dashboard: Dashboard
) -> None:
    job = order("total revenue", document=sales.pk, dashboard=dashboard.pk)
    dashboards.remove(dashboard)
    done = testing.run(job)
    assert (done.state, done.output["widgets"][0]["id"]) == ("completed", None)
    assert dashboards.DASHBOARD_REMOVED in done.output["warnings"]


def test_a_full_dashboard_gives_a_warning(
    ask: Ask, sales: Document, dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboards, "MAX_WIDGETS", 1)
    ask("total revenue", document=sales.pk, dashboard=dashboard.pk)
    done = ask("total units", document=sales.pk, dashboard=dashboard.pk)
    assert "was not added" in done.output["warnings"][-1]
    assert dashboard.widgets.count() == 1
