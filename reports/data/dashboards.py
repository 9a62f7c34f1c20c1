"""All writes to dashboards, their widgets and messages."""

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
"""Per dashboard."""
DASHBOARD_FULL = (
    f"The dashboard has {MAX_WIDGETS} charts; “{{title}}” was not added. Delete some first."
)
MAX_CONVERSATION_MESSAGES = 10
"""Earlier messages given to the model."""
DASHBOARD_REMOVED = "The dashboard was deleted in the meantime, so the answer is only in the job."
WIDGET_CHANGED = (
    "“{title}” was changed or deleted in the meantime, so the answer was added as a new chart."
)


@dataclass(frozen=True, kw_only=True)
class NewChart:
    """A chart to store, with the field names of a `Widget`."""

    content: Mapping[str, Any]
    replaces: uuid.UUID | None = None
    """The widget that it replaces."""
    version: int = 0
    """Version of that widget when the change was planned."""


class StoredCharts(BaseModel):
    """Result of storing the charts of a job."""

    widgets: list[uuid.UUID | None]
    """In the order of the charts; `None` for one that was not stored."""
    notes: list[str]


def record_question(job: JobContext, dashboard: uuid.UUID, chat: str, question: str) -> bool:
    """Store the question of a job once; return False if the dashboard is gone."""
    with transaction.atomic():
        found = _lock(job, dashboard)
        if found is not None:
            _record_message(job, USER, dashboard=found, chat=chat, text=question)
    return found is not None


def charts(job: JobContext, dashboard: uuid.UUID) -> list[ExistingChart]:
    """Return the charts of a dashboard, in order."""
    tenant_rows = Widget.objects.filter(organization=job.organization_id, dashboard=dashboard)
    columns = tenant_rows.values("id", "version", "title", "view")
    return [ExistingChart.model_validate(one) for one in columns]


def conversation(job: JobContext, dashboard: uuid.UUID, chat: str) -> list[tuple[str, str]]:
    """Return the messages of a chat before this job, oldest first, as role and text."""
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
    """Put the charts and the answer of a job on its dashboard, atomically and once.

    The lock of the dashboard serializes concurrent jobs. A widget that another job has changed
    since this one read it stays unchanged, and the chart is added.
    """
    with transaction.atomic():
        found = _lock(job, dashboard)
        if found is None:
            return StoredCharts(widgets=[None] * len(charts), notes=[DASHBOARD_REMOVED])
        stored_answer = found.messages.filter(job=job.id, role=ASSISTANT).first()
        if stored_answer is not None:  # stored by an attempt that died before its step was recorded
            return StoredCharts(widgets=list(stored_answer.widgets), notes=[])
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
    """Delete a dashboard with its content; waits for a job that is storing charts."""
    with transaction.atomic():
        Dashboard.objects.select_for_update().filter(pk=dashboard.pk).first()
        dashboard.delete()


def _lock(job: JobContext, dashboard: uuid.UUID) -> Dashboard | None:
    tenant_rows = Dashboard.objects.of(job.organization_id)
    return tenant_rows.select_for_update().filter(pk=dashboard).first()


def _store_chart(
    job: JobContext, dashboard: Dashboard, place: int, chart: NewChart
) -> tuple[uuid.UUID | None, str]:
    """Replace the widget or add one; return its id and a note for the reader."""
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
