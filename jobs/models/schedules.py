"""Models of recurring jobs: schedules and their runs."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.models.ids import uuid7
from jobs.models.tenants import Organization


class MissedRuns(models.TextChoices):
    """What a schedule does about times at which no process fired it."""

    SKIP = "skip"
    ONCE = "once"
    ALL = "all"


class Schedule(models.Model):
    """A recurring job: a cron expression in a time zone, and the job to submit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="schedules", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="schedules"
    )
    name = models.CharField(max_length=200)
    cron = models.CharField(max_length=200, help_text="minute hour day month weekday, or @daily")
    time_zone = models.CharField(max_length=64, default="UTC", help_text="For example Europe/Oslo.")
    type = models.CharField(max_length=100)
    input: Any = models.JSONField(default=dict)
    options: Any = models.JSONField(
        default=dict, blank=True, help_text="priority, labels, subject, max_attempts"
    )
    missed_runs = models.CharField(
        max_length=10,
        default=MissedRuns.ONCE,
        db_default=MissedRuns.ONCE,
        help_text="What to do about runs that were missed: skip, once or all.",
    )
    paused = models.BooleanField(default=False)
    next_at = models.DateTimeField(help_text="Time of the next run.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="one_schedule_a_name")
        ]
        indexes = [models.Index(fields=["next_at"], name="schedule_due", condition=Q(paused=False))]

    def __str__(self) -> str:
        return self.name


class ScheduleRun(models.Model):
    """A run of a schedule. Unique per due time, so several beat processes submit only one job."""

    schedule = models.ForeignKey(
        Schedule, on_delete=models.CASCADE, related_name="runs", db_index=False
    )
    at = models.DateTimeField(help_text="Time that it was due.")
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    refusal = models.TextField(blank=True, default="", help_text="Reason why no job was submitted.")

    class Meta:
        ordering = ("-at",)
        constraints = [models.UniqueConstraint(fields=["schedule", "at"], name="one_run_each")]

    def __str__(self) -> str:
        return f"{self.schedule} at {self.at}"
