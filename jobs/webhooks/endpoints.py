"""What people do with webhooks: make, change, rotate, remove, ask for a delivery again."""

import logging
from collections.abc import Iterable, Mapping
from smtplib import SMTPException
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from jobs import encryption
from jobs.dispatch import publish
from jobs.errors import Fault, InvalidSubmission, WrongState
from jobs.lifecycle.webhook_outbox import OF_JOBS
from jobs.models import Delivery, Job, Organization, Webhook
from jobs.outbound.ssrf import fault_of
from jobs.webhooks.backoff import DISABLED_AFTER
from jobs.webhooks.signature import new_secret

log = logging.getLogger(__name__)

SUBJECT = "A webhook was disabled"
TEXT = """\
The webhook {url} of {organization} was disabled and receives no more events:

{reason}

Repair the receiver, then enable the webhook with PATCH /api/v1/webhooks/{id}. To send events that
it missed again, use POST /api/v1/webhooks/{id}/deliveries/<delivery>/redeliver.
"""

MOST = 20
"""Webhooks of an organization: each costs every transition of its jobs a row."""


def create(
    url: str,
    *,
    events: Iterable[str],
    description: str = "",
    owner: AbstractBaseUser,
    organization: Organization,
) -> Webhook:
    """Store a webhook. Its secret is new; whoever asked is shown it, once.

    Raises `InvalidSubmission` for a URL that is not called, `WrongState` where there are too many.
    """
    check_url(url, "/url")
    if Webhook.objects.of(organization).count() >= MOST:
        raise WrongState(f"An organization can have {MOST} webhooks. Delete one first.")
    return Webhook.objects.create(
        organization=organization,
        owner_id=owner.pk,
        url=url,
        events=sorted(set(events)),
        description=description,
        sealed_secret=encryption.seal(new_secret()),
    )


def change(webhook: Webhook, given: Mapping[str, Any], *, actor: str) -> Webhook:
    """Change `url`, `events`, `description` or `enabled`, as given.

    Raises `InvalidSubmission` for a URL that is not called, `WrongState` where it can have none.
    """
    changes = dict(given)
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
        changes |= {"disabled_at": None, "disabled_reason": "", **UNTRIED}
    elif enabled is False and webhook.disabled_at is None:
        changes |= {"disabled_at": Now(), "disabled_reason": f"Disabled by {actor}."[:200]}
    if changes:
        Webhook.objects.filter(pk=webhook.pk).update(**changes)
        webhook.refresh_from_db()
    return webhook


UNTRIED: dict[str, Any] = {"failures": 0, "failing_since": None, "rests_until": None}
"""Columns of a webhook about which nothing bad is known."""


def rotate(webhook: Webhook) -> Webhook:
    """Give a webhook a new secret; the one before goes on to sign for a day."""
    Webhook.objects.filter(pk=webhook.pk).update(
        former_sealed_secret=F("sealed_secret"),
        sealed_secret=encryption.seal(new_secret()),
        rotated_at=timezone.now(),
    )
    webhook.refresh_from_db()
    return webhook


def remove(webhook: Webhook) -> None:
    """Remove a webhook; what was to be delivered to it is not."""
    Webhook.objects.filter(pk=webhook.pk, deleted_at=None).update(deleted_at=Now())


def redeliver(delivery: Delivery) -> Delivery:
    """Deliver an event again, at once, with all its tries. Its id stays: receivers know it."""
    if delivery.webhook.disabled_at is not None:
        raise WrongState("The webhook is disabled. Enable it first.")
    Delivery.objects.filter(pk=delivery.pk).update(
        next_at=Now(), delivered_at=None, excused=F("attempts")
    )
    Webhook.objects.filter(pk=delivery.webhook_id).update(rests_until=None)
    transaction.on_commit(publish.ring)
    delivery.refresh_from_db()
    return delivery


def prepare_for_job_urls(jobs: Iterable[Job], organization: Organization) -> None:
    """Make sure that there is a secret to sign with for jobs that name a URL.

    To be called in the transaction that inserts them. Its secret is nobody's until it is rotated.
    """
    named = next((job for job in jobs if job.webhook_url), None)
    if named is None:
        return
    Webhook.objects.get_or_create(
        organization=organization,
        url="",
        deleted_at=None,
        defaults={
            "owner_id": named.owner_id,
            "events": list(OF_JOBS),
            "description": "URLs that jobs name",
            "sealed_secret": encryption.seal(new_secret()),
        },
    )


def check_url(url: str, pointer: str) -> None:
    """Raise `InvalidSubmission` for a URL that would not be called."""
    if fault := fault_of(url):
        raise _invalid(pointer, fault)


def disable_if_failing_for_long(webhook: Webhook) -> None:
    """Disable a webhook if none of its tries has succeeded for days."""
    failing = Webhook.objects.filter(pk=webhook.pk, failing_since__lte=Now() - DISABLED_AFTER)
    if failing.exists():
        disable(webhook, f"No delivery has succeeded for {DISABLED_AFTER.days} days.")


def disable(webhook: Webhook, reason: str) -> None:
    """Tell a webhook nothing from now on, and tell its owner why; once, whoever comes second."""
    enabled = Webhook.objects.filter(pk=webhook.pk, disabled_at=None)
    if enabled.update(disabled_at=Now(), disabled_reason=reason):
        log.warning("webhook %s is disabled: %s", webhook.pk, reason)
        transaction.on_commit(lambda: _tell_owner(webhook, reason))


def _invalid(pointer: str, detail: str) -> InvalidSubmission:
    fault = Fault(pointer=pointer, code="invalid_url", detail=detail)
    return InvalidSubmission("The URL is not allowed.", [fault])


def _tell_owner(webhook: Webhook, reason: str) -> None:
    """Send an e-mail; the reason stands in the API and the admin in any case."""
    address = webhook.owner.email
    if not address:
        return
    organization = webhook.organization.name
    text = TEXT.format(url=webhook.url, organization=organization, reason=reason, id=webhook.pk)
    try:
        send_mail(SUBJECT, text, None, [address])
    except (SMTPException, OSError) as error:
        log.warning("the owner of webhook %s could not be told: %s", webhook.pk, error)
