"""What happens to dashboards: every verb that writes one, its widgets and what was said."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max
from django.db.models.functions import Now
from pydantic import BaseModel

from jobs.context import JobContext
from reports.data.planning.planner import ExistingChart
from reports.models import Dashboard, Message, Widget

USER, ASSISTANT = "user", "assistant"
MAX_WIDGETS = 100
"""On a dashboard."""
DASHBOARD_FULL = (
    f"The dashboard has {MAX_WIDGETS} charts; “{{title}}” was not added. Remove some first."
)
MAX_CONVERSATION_MESSAGES = 10
"""Messages before a question that a model is given."""
DASHBOARD_REMOVED = "The dashboard was removed meanwhile, so the answer is in the job alone."
WIDGET_CHANGED = (
    "“{title}” was changed or removed meanwhile, so the answer was added as a new chart."
)


@dataclass(frozen=True, kw_only=True)
class NewChart:
    """A chart to be kept, under the names of a `Widget`."""

    content: Mapping[str, Any]
    replaces: uuid.UUID | None = None
    """The widget that it changes."""
    version: int = 0
    """Of that widget, as it was when the change was planned."""


class StoredCharts(BaseModel):
    """What became of the charts of a job."""

    widgets: list[uuid.UUID | None]
    """In the order of the charts; `None` for one that was not kept."""
    notes: list[str]


def record_question(job: JobContext, dashboard: uuid.UUID, chat: str, question: str) -> bool:
    """Note what a job was asked, once; `False` where the dashboard is gone."""
    with transaction.atomic():
        found = _lock(job, dashboard)
        if found is not None:
            _record_message(job, USER, dashboard=found, chat=chat, text=question)
    return found is not None


def charts(job: JobContext, dashboard: uuid.UUID) -> list[ExistingChart]:
    """Give the charts of a dashboard, in their order."""
    mine = Widget.objects.filter(organization=job.organization_id, dashboard=dashboard)
    columns = mine.values("id", "version", "title", "view")
    return [ExistingChart.model_validate(one) for one in columns]


def conversation(job: JobContext, dashboard: uuid.UUID, chat: str) -> list[tuple[str, str]]:
    """Give what was said in a conversation before this job, oldest first: role and text."""
    before = Message.objects.filter(
        organization=job.organization_id, dashboard=dashboard, chat=chat
    ).exclude(job=job.id)
    newest = before.order_by("-created_at", "-id").values_list("role", "text")[
        :MAX_CONVERSATION_MESSAGES
    ]
    return list(newest)[::-1]


def store_charts(
    job: JobContext, dashboard: uuid.UUID, chat: str, answer: str, charts: Sequence[NewChart]
) -> StoredCharts:
    """Put the charts of a job on their dashboard with its answer: all at once, and once in all.

    The dashboard's lock puts jobs that answer at the same time in a row. A widget that another job
    has changed since this one looked at it stays as it is, and the chart is added.
    """
    with transaction.atomic():
        found = _lock(job, dashboard)
        if found is None:
            return StoredCharts(widgets=[None] * len(charts), notes=[DASHBOARD_REMOVED])
        said = found.messages.filter(job=job.id, role=ASSISTANT).first()
        if said is not None:  # by an attempt that died before its step was stored
            return StoredCharts(widgets=list(said.widgets), notes=[])
        kept = [
            _store_chart(job, found, place, chart) for place, chart in enumerate(charts, start=1)
        ]
        widgets = [widget for widget, _ in kept]
        ids = [widget for widget in widgets if widget is not None]
        _record_message(job, ASSISTANT, dashboard=found, chat=chat, text=answer, widgets=ids)
        Dashboard.objects.filter(pk=found.pk).update(updated_at=Now())
    notes = [
        note.format(title=chart.content["title"])
        for chart, (_, note) in zip(charts, kept, strict=True)
        if note
    ]
    return StoredCharts(widgets=widgets, notes=notes)


def remove(dashboard: Dashboard) -> None:
    """Remove a dashboard with all that is on it. A job that is keeping charts is waited for."""
    with transaction.atomic():
        Dashboard.objects.select_for_update().filter(pk=dashboard.pk).first()
        dashboard.delete()


def _lock(job: JobContext, dashboard: uuid.UUID) -> Dashboard | None:
    mine = Dashboard.objects.of(job.organization_id)
    return mine.select_for_update().filter(pk=dashboard).first()


def _store_chart(
    job: JobContext, dashboard: Dashboard, place: int, chart: NewChart
) -> tuple[uuid.UUID | None, str]:
    """Change the widget, or add one; give its id, and what its reader should know."""
    content = {**chart.content, "job_id": job.id, "updated_at": Now()}
    if chart.replaces is not None:
        unchanged = dashboard.widgets.filter(pk=chart.replaces, version=chart.version)
        if unchanged.update(**content, version=F("version") + 1):
            return chart.replaces, ""
    there = dashboard.widgets.aggregate(count=Count("pk"), last=Max("position"))
    if there["count"] >= MAX_WIDGETS:
        return None, DASHBOARD_FULL
    widget = Widget.objects.create(
        organization_id=dashboard.organization_id,
        dashboard=dashboard,
        key=f"{job.id}-{place}",
        position=(there["last"] or 0) + 1,
        **content,
    )
    return widget.pk, WIDGET_CHANGED if chart.replaces else ""


def _record_message(job: JobContext, role: str, **content: Any) -> None:
    Message.objects.get_or_create(
        job_id=job.id, role=role, organization_id=job.organization_id, defaults=content
    )
