"""Stored responses to requests with an idempotency key."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from jobs.models.ids import uuid7
from jobs.models.tenants import Organization

REPLAY_PERIOD = timedelta(hours=24)
"""How long a stored response is replayed."""


class IdempotencyRecordQuerySet(models.QuerySet["IdempotencyRecord"]):
    """Queries of idempotency records."""

    def valid(self) -> Self:
        """Filter for records whose response can still be replayed."""
        return self.filter(created_at__gt=Now() - REPLAY_PERIOD)

    def expired(self) -> Self:
        """Filter for records that are older than the replay period."""
        return self.filter(created_at__lte=Now() - REPLAY_PERIOD)


class IdempotencyRecord(models.Model):
    """The response to the first request with a key, stored in the same transaction as its work."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = IdempotencyRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "key"], name="one_record_per_key"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return self.key
