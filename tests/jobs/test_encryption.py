"""Signing secrets are encrypted at rest, and the encryption key can be rotated."""

import importlib
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
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


def test_the_migration_encrypts_secrets_and_its_reverse_decrypts_them(webhook: Webhook) -> None:
    migration = importlib.import_module("jobs.migrations.0006_sealed_secrets")
    secret = webhook.secret
    with connection.schema_editor() as editor:
        state = _state_before(migration.Migration)
        migration.decrypt_all(state, editor)
        assert secret in stored()
        migration.encrypt_all(state, editor)
    webhook.refresh_from_db()
    assert secret not in stored()
    assert webhook.secret == secret


def _state_before(migration: Any) -> Any:
    state = MigrationLoader(connection).project_state(("jobs", "0005_isolated_additions"))
    for operation in migration.operations[:2]:
        operation.state_forwards("jobs", state)
    state.rename_field("jobs", "webhook", "rests_until", "backoff_until")  # as it is named today
    return state.apps
