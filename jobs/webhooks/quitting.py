"""Disabling a webhook that nobody answers any more, and telling its owner."""

import logging
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.db.models.functions import Now

from jobs.models import Webhook
from jobs.webhooks.patience import DISABLED_AFTER

log = logging.getLogger(__name__)

SUBJECT = "A webhook was disabled"
TEXT = """\
The webhook {url} of {organization} was disabled and receives no more events:

{reason}

Repair the receiver, then enable the webhook with PATCH /api/v1/webhooks/{id}. To send events that
it missed again, use POST /api/v1/webhooks/{id}/deliveries/<delivery>/redeliver.
"""


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
