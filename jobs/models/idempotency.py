"""Stored responses to requests with an idempotency key."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from jobs.models.ids import uuid7
from jobs.models.tenants import Organization

KEPT_FOR = timedelta(hours=24)


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    """Reads of kept answers."""

    def valid(self) -> Self:
        """Answers that are young enough to be given again."""
        return self.filter(created_at__gt=Now() - KEPT_FOR)

    def expired(self) -> Self:
        """Answers whose time has passed."""
        return self.filter(created_at__lte=Now() - KEPT_FOR)


class KeptAnswer(models.Model):
    """The answer to the first request with a key, stored in the transaction that did its work."""

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

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user", "key"], name="one_answer_a_key")
        ]
        indexes = [models.Index(fields=["created_at"], name="answer_kept")]

    def __str__(self) -> str:
        return self.key
