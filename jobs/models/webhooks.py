"""Models of webhooks: endpoints, deliveries, and the tries of each delivery."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from jobs import encryption
from jobs.models.ids import uuid7
from jobs.models.tenants import Organization

ROTATION_OVERLAP = timedelta(hours=24)
"""After a rotation, the previous secret also signs for this long."""


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Queries of webhooks."""

    def of(self, organization: Organization) -> Self:
        """Webhooks of one tenant. Start every query on behalf of a tenant here."""
        return self.filter(organization=organization, deleted_at=None)


class Webhook(models.Model):
    """An endpoint of an organization that receives events.

    At most one webhook of an organization has no URL: its secret signs the requests to the
    `webhook_url` of single jobs.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="webhooks"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="webhooks"
    )
    url = models.CharField(max_length=2000, blank=True)
    events = ArrayField(models.CharField(max_length=30))
    description = models.CharField(max_length=200, blank=True, default="")

    encrypted_secret = models.CharField(
        db_column="secret", max_length=encryption.MAX_CIPHERTEXT_LENGTH, editable=False
    )
    previous_encrypted_secret = models.CharField(
        db_column="former_secret",
        max_length=encryption.MAX_CIPHERTEXT_LENGTH,
        blank=True,
        default="",
        editable=False,
    )
    rotated_at = models.DateTimeField(null=True, editable=False)

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    disabled_at = models.DateTimeField(null=True, help_text="Receives no events since this time.")
    disabled_reason = models.CharField(max_length=200, blank=True, default="")
    deleted_at = models.DateTimeField(
        null=True, help_text="Purged later, because a concurrent transition may still refer to it."
    )

    failures = models.IntegerField(default=0, help_text="Failed tries since the last success.")
    failing_since = models.DateTimeField(null=True)
    backoff_until = models.DateTimeField(
        null=True, help_text="No try before this time, after failures."
    )

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(url="", deleted_at=None),
                name="one_webhook_for_urls_of_jobs",
            )
        ]

    def __str__(self) -> str:
        return self.url or "URLs of single jobs"

    @property
    def secret(self) -> str:
        """The current signing secret; raises `DecryptionFailed`."""
        return encryption.decrypt(self.encrypted_secret)

    def secrets(self, now: datetime) -> list[str]:
        """Return the one or two secrets that sign at `now`, the newest first."""
        overlaps = self.rotated_at is not None and now < self.rotated_at + ROTATION_OVERLAP
        previous = [encryption.decrypt(self.previous_encrypted_secret)] if overlaps else []
        return [self.secret, *previous]


class Delivery(models.Model):
    """An event for one webhook, stored in the same transaction as the transition it reports."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    event_id = models.CharField(
        max_length=60, help_text="The header `webhook-id`, the same in every try."
    )
    type = models.CharField(max_length=30)
    url = models.CharField(
        max_length=2000,
        blank=True,
        default="",
        help_text="The `webhook_url` of the job. Empty: the URL of the webhook.",
    )
    snapshot: Any = models.JSONField(
        null=True, help_text="The row at the time of the event, until the payload is rendered."
    )
    payload: Any = models.JSONField(
        null=True, help_text="`data` of the request body, after rendering."
    )
    attempts = models.IntegerField(
        default=0, help_text="Incremented by each claim; fences its outcome."
    )
    uncounted_attempts = models.IntegerField(
        default=0, help_text="Attempts before the last redelivery request."
    )
    next_at = models.DateTimeField(
        null=True, help_text="Earliest next attempt; null after the delivery has ended."
    )
    delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event_id"], name="one_delivery_an_event")
        ]
        indexes = [
            models.Index(
                fields=["webhook", "next_at"],
                name="delivery_due",
                condition=Q(next_at__isnull=False),
            ),
            models.Index(fields=["webhook", "-created_at", "-id"], name="delivery_of_webhook"),
            models.Index(fields=["created_at"], name="delivery_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"

    @property
    def state(self) -> str:
        """`pending`, `delivered` or `failed`."""
        if self.next_at is not None:
            return "pending"
        return "failed" if self.delivered_at is None else "delivered"

    @property
    def address(self) -> str:
        """The URL that receives this delivery."""
        return self.url or self.webhook.url


class DeliveryTry(models.Model):
    """A try of a delivery, with the response or the error."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(help_text="Duration.")
    status = models.SmallIntegerField(
        null=True, help_text="HTTP status of the response, if there was one."
    )
    answer = models.TextField(blank=True, default="", help_text="First KB of the response body.")
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name_plural = "delivery tries"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.status or self.error} at {self.at}"
