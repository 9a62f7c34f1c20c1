"""Webhook endpoints: create, update, rotate the secret, disable, delete; repeat a delivery."""

import logging
from collections.abc import Iterable, Mapping
from smtplib import SMTPException
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from jobs import encryption
from jobs.dispatch import publish
from jobs.errors import Fault, InvalidSubmission, WrongState
from jobs.lifecycle.webhook_outbox import JOB_EVENT_TYPES
from jobs.models import Delivery, Job, Organization, Webhook
from jobs.outbound.ssrf import url_fault
from jobs.webhooks.backoff import DISABLE_AFTER
from jobs.webhooks.signature import new_secret

log = logging.getLogger(__name__)

SUBJECT = "A webhook was disabled"
TEXT = """\
The webhook {url} of {organization} was disabled and receives no more events:

{reason}

Repair the receiver, then enable the webhook with PATCH /api/v1/webhooks/{id}. To send events that
it missed again, use POST /api/v1/webhooks/{id}/deliveries/<delivery>/redeliver.
"""

MAX_WEBHOOKS_PER_ORGANIZATION = 20
"""Each webhook adds a row to every transition of the organization's jobs."""
HEALTHY: dict[str, Any] = {"failures": 0, "failing_since": None, "backoff_until": None}
"""Columns of a webhook without recent failures."""


def create(
    url: str,
    *,
    events: Iterable[str],
    description: str = "",
    owner: AbstractBaseUser,
    organization: Organization,
) -> Webhook:
    """Store a webhook with a new secret, and return it.

    Raises `InvalidSubmission` for a URL that is not allowed, and `WrongState` if the organization
    has too many webhooks.
    """
    check_url(url, "/url")
    if Webhook.objects.of(organization).count() >= MAX_WEBHOOKS_PER_ORGANIZATION:
        raise WrongState(
            f"An organization can have {MAX_WEBHOOKS_PER_ORGANIZATION} webhooks. Delete one first."
        )
    return Webhook.objects.create(
        organization=organization,
        owner_id=owner.pk,
        url=url,
        events=sorted(set(events)),
        description=description,
        encrypted_secret=encryption.encrypt(new_secret()),
    )


def update(webhook: Webhook, fields: Mapping[str, Any], *, actor: str) -> Webhook:
    """Change `url`, `events`, `description` or `enabled`; fields that are absent stay as they are.

    Raises `InvalidSubmission` for a URL that is not allowed, and `WrongState` for a URL of the
    webhook that serves the URLs of jobs.
    """
    changes = dict(fields)
    if "url" in changes:
        if not webhook.url:
            raise WrongState(
                "This webhook is for the `webhook_url` of jobs. Create another one for this URL."
            )
        check_url(changes["url"], "/url")
    if "events" in changes:
        changes["events"] = sorted(set(changes["events"]))
    enabled = changes.pop("enabled", None)
    if enabled is True:
        changes |= {"disabled_at": None, "disabled_reason": "", **HEALTHY}
    elif enabled is False and webhook.disabled_at is None:
        changes |= {"disabled_at": Now(), "disabled_reason": f"Disabled by {actor}."[:200]}
    if changes:
        Webhook.objects.filter(pk=webhook.pk).update(**changes)
        webhook.refresh_from_db()
    return webhook


def rotate_secret(webhook: Webhook) -> Webhook:
    """Give a webhook a new secret. The previous one also signs for another day."""
    Webhook.objects.filter(pk=webhook.pk).update(
        previous_encrypted_secret=F("encrypted_secret"),
        encrypted_secret=encryption.encrypt(new_secret()),
        rotated_at=Now(),
    )
    webhook.refresh_from_db()
    return webhook


def delete(webhook: Webhook) -> None:
    """Delete a webhook. Its pending deliveries are not sent; its row is purged later."""
    Webhook.objects.filter(pk=webhook.pk, deleted_at=None).update(deleted_at=Now())


def redeliver(delivery: Delivery) -> Delivery:
    """Send an event again at once, with a full set of tries and the same event id.

    Raises `WrongState` if the webhook is disabled.
    """
    if delivery.webhook.disabled_at is not None:
        raise WrongState("The webhook is disabled. Enable it first.")
    Delivery.objects.filter(pk=delivery.pk).update(
        next_at=Now(), delivered_at=None, uncounted_attempts=F("attempts")
    )
    Webhook.objects.filter(pk=delivery.webhook_id).update(backoff_until=None)
    transaction.on_commit(publish.request_delivery)
    delivery.refresh_from_db()
    return delivery


def ensure_webhook_of_job_urls(jobs: Iterable[Job], organization: Organization) -> None:
    """Create the webhook that signs for the URLs of jobs, if a job has one and it is missing.

    Call this in the transaction that inserts the jobs. Nobody knows its secret until somebody
    rotates it.
    """
    job = next((job for job in jobs if job.webhook_url), None)
    if job is None:
        return
    Webhook.objects.get_or_create(
        organization=organization,
        url="",
        deleted_at=None,
        defaults={
            "owner_id": job.owner_id,
            "events": list(JOB_EVENT_TYPES),
            "description": "URLs that jobs name",
            "encrypted_secret": encryption.encrypt(new_secret()),
        },
    )


def check_url(url: str, pointer: str) -> None:
    """Raise `InvalidSubmission` for a URL that the server may not call."""
    if detail := url_fault(url):
        fault = Fault(pointer=pointer, code="invalid_url", detail=detail)
        raise InvalidSubmission("The URL is not allowed.", [fault])


def disable_if_failing_for_long(webhook: Webhook) -> None:
    """Disable a webhook if none of its tries has succeeded for `DISABLE_AFTER`."""
    failing = Webhook.objects.filter(pk=webhook.pk, failing_since__lte=Now() - DISABLE_AFTER)
    if failing.exists():
        disable(webhook, f"No delivery has succeeded for {DISABLE_AFTER.days} days.")


def disable(webhook: Webhook, reason: str) -> None:
    """Send a webhook no more events, and notify its owner. Does nothing if it is disabled."""
    enabled = Webhook.objects.filter(pk=webhook.pk, disabled_at=None)
    if enabled.update(disabled_at=Now(), disabled_reason=reason):
        log.warning("Webhook %s is disabled: %s", webhook.pk, reason)
        transaction.on_commit(lambda: _notify_owner(webhook, reason))


def _notify_owner(webhook: Webhook, reason: str) -> None:
    """Send an email, best effort: the API and the admin also show the reason."""
    address = webhook.owner.email
    if not address:
        return
    organization = webhook.organization.name
    text = TEXT.format(url=webhook.url, organization=organization, reason=reason, id=webhook.pk)
    try:
        send_mail(SUBJECT, text, None, [address])
    except (SMTPException, OSError) as error:
        log.warning("Email to the owner of webhook %s could not be sent: %s", webhook.pk, error)
