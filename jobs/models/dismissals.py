"""Groups of failed jobs that somebody has dismissed."""

from django.db import models
from django.db.models.functions import Now

from jobs.models.ids import uuid7
from jobs.models.tenants import Organization


class DismissedFailure(models.Model):
    """Failures of a group up to this time are no longer listed. Later ones are listed again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    fingerprint = models.CharField(max_length=32)
    actor = models.CharField(max_length=200, blank=True, default="")
    dismissed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "fingerprint"], name="one_dismissal_each"
            )
        ]

    def __str__(self) -> str:
        return self.fingerprint
