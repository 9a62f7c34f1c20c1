"""Signing secrets are encrypted at rest, and the encryption key can be rotated."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from jobs import encryption
from jobs.models import Delivery, Webhook
from jobs.webhooks import delivery, endpoints
from jobs.webhooks.signature import PREFIX
from tests.jobs.tenancy.tenant_rows import select
from tests.jobs.webhooks.receiver import Receiver


def stored() -> list[str]:
    return select(
        "SELECT secret FROM jobs_webhook UNION ALL SELECT former_secret FROM jobs_webhook"
    )


def test_the_table_contains_no_plain_secret(webhook: Webhook) -> None:
    first = webhook.secret
    second = endpoints.rotate_secret(webhook).secret
    for text in stored():
        assert PREFIX not in text
        assert first not in text
        assert second not in text
    assert first.startswith(PREFIX)


def test_a_key_rotation_keeps_every_secret(webhook: Webhook, settings: Settings) -> None:
    former, secret = webhook.secret, endpoints.rotate_secret(webhook).secret
    settings.SEALING_KEYS = ["new", *settings.SEALING_KEYS]
    assert webhook.secret == secret
    call_command("rotate_encryption_keys")
    settings.SEALING_KEYS = ["new"]
    webhook.refresh_from_db()
    assert (webhook.secret, encryption.decrypt(webhook.previous_encrypted_secret)) == (
        secret,
        former,
    )


def test_a_lost_key_is_reported_by_the_delivery_and_the_command(
    ended: Delivery, webhook: Webhook, receiver: Receiver, settings: Settings
) -> None:
    settings.SEALING_KEYS = ["another"]
    delivery.deliver()
    assert receiver.all() == []
    assert "SEALING_KEYS lacks its encryption key" in ended.tries.get().error
    ended.refresh_from_db()
    assert ended.state == "pending"
    with pytest.raises(CommandError, match="1 webhooks have a secret that none"):
        call_command("rotate_encryption_keys")
