"""Pauses: a queue, a job type, an organization or a worker that starts no jobs."""

from enum import StrEnum

from django.db import models
from django.db.models.functions import Now

from jobs.models.ids import uuid7


class PauseScope(StrEnum):
    """The jobs that a pause stops."""

    QUEUE = "queue"
    TYPE = "type"
    ORGANIZATION = "organization"
    WORKER = "worker"


PAUSE_SCOPES = tuple(scope.value for scope in PauseScope)
"""Their values, from which the OpenAPI description names the enumeration."""


class Pause(models.Model):
    """No job of this queue, type, organization or worker is started. Running jobs go on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.CharField(max_length=12, choices=[(scope, scope) for scope in PAUSE_SCOPES])
    value = models.CharField(
        max_length=100,
        help_text="Name of the queue, job type or worker, or ID of the organization.",
    )
    actor = models.CharField(max_length=200, blank=True, default="", editable=False)
    reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("created_at",)
        constraints = [
            models.UniqueConstraint(fields=["scope", "value"], name="one_pause_each"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.value}"


IS_PAUSED = (
    "EXISTS (SELECT FROM jobs_pause AS pause WHERE pause.scope = 'queue' AND pause.value = queue "
    "OR pause.scope = 'type' AND pause.value = type "
    "OR pause.scope = 'organization' AND pause.value = organization_id::text)"
)
"""SQL condition on a row of `jobs_job`. The table of pauses is small and usually empty."""
