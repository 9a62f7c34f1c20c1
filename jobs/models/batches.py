"""The model of batches."""

import uuid
from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.models.ids import uuid7
from jobs.models.tenants import Organization


class Batch(models.Model):
    """Jobs that were submitted together in one transaction, or the parts of a split job."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="batches")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="batches"
    )
    total = models.IntegerField(help_text="Number of jobs at submission.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, help_text="When its last job ended.")
    found: Mapping[int, uuid.UUID] = MappingProxyType({})
    """After its submission: the existing job in place of each unique job that was not stored."""

    class Meta:
        verbose_name_plural = "batches"
        indexes = [
            models.Index(fields=["created_at"], name="batch_open", condition=Q(finished_at=None))
        ]

    def __str__(self) -> str:
        return f"batch {self.id}"
