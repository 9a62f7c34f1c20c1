"""Dashboards with their charts and messages."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from reports.models.base import StoredRow, job_reference, organization_reference, owner_reference

NAME_LENGTH = 200
CHAT_LENGTH = 100


class Dashboard(StoredRow):
    """A page of charts. Only `reports.data.dashboards` writes its content."""

    organization = organization_reference("dashboards")
    owner = owner_reference("dashboards")
    name = models.CharField(max_length=NAME_LENGTH)
    description = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(StoredRow.Meta):
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="dashboard_of_tenant")
        ]

    def __str__(self) -> str:
        return self.name


class Widget(StoredRow):
    """A chart on a dashboard, as last changed by a job."""

    organization = organization_reference("widgets")
    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="widgets")
    key = models.CharField(
        max_length=100, help_text="Job and position of the chart, so that a retry finds it again."
    )
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, help_text="bar, line, area, point, arc, table, number")
    spec = models.JSONField(help_text="Vega-Lite, with its data.")
    svg = models.TextField(help_text="Rendered chart.")
    view = models.JSONField(help_text="Operations that computed the data.")
    answer = models.TextField(blank=True, default="", help_text="Answer that the chart belongs to.")
    document = models.UUIDField(null=True, blank=True, help_text="Document with the table.")
    sheet = models.CharField(max_length=100, blank=True, default="")
    position = models.IntegerField(help_text="Position on the dashboard, from 1.")
    version = models.IntegerField(default=1, help_text="Increases with each change.")
    job = job_reference("widgets")
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(StoredRow.Meta):
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["dashboard", "key"], name="one_widget_a_key")
        ]

    def __str__(self) -> str:
        return self.title


class Message(StoredRow):
    """A question or an answer on a dashboard."""

    organization = organization_reference("dashboard_messages")
    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="messages")
    chat = models.CharField(
        max_length=CHAT_LENGTH, blank=True, default="", help_text="Name of the conversation."
    )
    role = models.CharField(max_length=20, help_text="user or assistant")
    text = models.TextField()
    widgets = ArrayField(
        models.UUIDField(),
        default=list,
        blank=True,
        help_text="Charts that the answer added or changed.",
    )
    job = job_reference("dashboard_messages")

    class Meta(StoredRow.Meta):
        ordering = ("created_at", "id")
        indexes = [
            models.Index(fields=["dashboard", "-created_at", "-id"], name="messages_of_dashboard")
        ]
        constraints = [
            models.UniqueConstraint(fields=["job", "role"], name="one_message_a_job_and_role")
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.text[:60]}"
