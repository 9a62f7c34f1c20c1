"""Models of the history of a job: its event log and its steps."""

from typing import Any

from django.db import models
from django.db.models.functions import Now

from jobs.models.jobs import Job


class JobEvent(models.Model):
    """An entry of a job's event log, written by the same SQL statement as the change it records."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events", db_index=False)
    number = models.IntegerField(help_text="1, 2, 3 ... within the job, without gaps.")
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=12, help_text="State after this event.")
    attempt = models.IntegerField()
    at = models.DateTimeField(db_default=Now())
    actor = models.CharField(
        max_length=200, blank=True, default="", help_text="User who requested it."
    )
    data = models.JSONField(default=dict, help_text="Details for readers.")
    changes = models.JSONField(
        default=dict, help_text="Columns that changed. A replay of all entries gives the row."
    )

    class Meta:
        ordering = ("job", "number")
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_number_each")]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class JobStep(models.Model):
    """A durable step. Later attempts get its stored result."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps", db_index=False)
    name = models.CharField(max_length=200)
    attempt = models.IntegerField(help_text="The attempt that last ran it.")
    output: Any = models.JSONField(null=True)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, help_text="Null until it completes.")

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="one_step_each")]

    def __str__(self) -> str:
        return self.name
