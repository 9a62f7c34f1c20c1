"""Dashboards: the charts that were asked for, and what was said on the way."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from jobs.ids import uuid7
from jobs.models import Job, Organization

NAME_LENGTH = 200
CHAT_LENGTH = 100


class DashboardQuerySet(models.QuerySet["Dashboard"]):
    """Reads of dashboards."""

    def of(self, organization: Organization | uuid.UUID) -> Self:
        """Give the dashboards of one tenant. Every query on behalf of a tenant starts here."""
        return self.filter(organization=organization)


class Dashboard(models.Model):
    """A page of charts. `reports.data.dashboards` alone writes what is on it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="dashboards"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="dashboards"
    )
    name = models.CharField(max_length=NAME_LENGTH)
    description = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DashboardQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="dashboard_of_tenant")
        ]

    def __str__(self) -> str:
        return self.name


class Widget(models.Model):
    """A chart on a dashboard, as the last job that changed it has left it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="widgets")
    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="widgets")
    key = models.CharField(
        max_length=100, help_text="Job and place that it was made by: a retry finds it again."
    )
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, help_text="bar, line, area, point, arc, table, number")
    spec = models.JSONField(help_text="Vega-Lite, with its data.")
    svg = models.TextField(help_text="The same, drawn.")
    view = models.JSONField(help_text="The operations that gave the data.")
    answer = models.TextField(blank=True, default="", help_text="What was said with it.")
    document = models.UUIDField(null=True, blank=True, help_text="That the table came from.")
    sheet = models.CharField(max_length=100, blank=True, default="")
    position = models.IntegerField(help_text="On the dashboard, from 1.")
    version = models.IntegerField(default=1, help_text="Rises with each change.")
    job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="widgets"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["dashboard", "key"], name="one_widget_a_key")
        ]

    def __str__(self) -> str:
        return self.title


class Message(models.Model):
    """A question on a dashboard, or the answer to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="dashboard_messages"
    )
    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="messages")
    chat = models.CharField(
        max_length=CHAT_LENGTH, blank=True, default="", help_text="Name of the conversation."
    )
    role = models.CharField(max_length=20, help_text="user or assistant")
    text = models.TextField()
    widgets = ArrayField(
        models.UUIDField(), default=list, blank=True, help_text="That the answer made or changed."
    )
    job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="dashboard_messages"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("created_at", "id")
        indexes = [
            models.Index(fields=["dashboard", "-created_at", "-id"], name="messages_of_dashboard")
        ]
        constraints = [
            models.UniqueConstraint(fields=["job", "role"], name="one_message_a_job_and_role")
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.text[:60]}"
