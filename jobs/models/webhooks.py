"""What is stored of webhooks: who wants to be told, what is to be told, and each try to do so."""

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
    """Reads of webhooks."""

    def of(self, organization: Organization) -> Self:
        """Webhooks of one tenant. Every query on behalf of a tenant starts here."""
        return self.filter(organization=organization, deleted_at=None)


class Webhook(models.Model):
    """A receiver that an organization wants to be told of events.

    The one without a URL of its own, at most one of an organization, is for the URLs that jobs
    name: it has the secret that signs what goes there.
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
    disabled_at = models.DateTimeField(null=True, help_text="Told nothing since.")
    disabled_reason = models.CharField(max_length=200, blank=True, default="")
    deleted_at = models.DateTimeField(
        null=True, help_text="Purged later: a transition may be about to refer to it."
    )

    failures = models.IntegerField(default=0, help_text="Tries that failed since one succeeded.")
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True, help_text="No try before, after failures.")

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
        return self.url or "URLs that jobs name"

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
    """One event that one webhook is to be told of, stored with the transition that it is about."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    event_id = models.CharField(max_length=60, help_text="`webhook-id`: the same at every try.")
    type = models.CharField(max_length=30)
    url = models.CharField(
        max_length=2000, blank=True, default="", help_text="Named by the job; else the webhook's."
    )
    snapshot: Any = models.JSONField(null=True, help_text="The row at the event, until rendered.")
    payload: Any = models.JSONField(null=True, help_text="`data` of the body, once rendered.")
    attempts = models.IntegerField(default=0, help_text="Raised by each claim; fences its outcome.")
    excused = models.IntegerField(default=0, help_text="Attempts before it was asked for again.")
    next_at = models.DateTimeField(null=True, help_text="Not before this; null when it has ended.")
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
        """Where it is: `pending`, `delivered` or `failed`."""
        if self.next_at is not None:
            return "pending"
        return "failed" if self.delivered_at is None else "delivered"

    @property
    def address(self) -> str:
        """Where it goes."""
        return self.url or self.webhook.url


class DeliveryTry(models.Model):
    """One try of a delivery: what was answered, or why nothing was."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(help_text="How long it took.")
    status = models.SmallIntegerField(null=True, help_text="HTTP status, where one was answered.")
    answer = models.TextField(blank=True, default="", help_text="Its first KB.")
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name_plural = "delivery tries"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.status or self.error} at {self.at}"
