"""Signatures, checked by the library of the Standard Webhooks specification."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from jobs.models import Delivery, Webhook
from jobs.webhooks import delivery, endpoints
from jobs.webhooks.signature import new_secret
from tests.jobs.webhooks.receiver import Receiver


def test_a_secret_has_the_format_of_the_specification() -> None:
    secret = new_secret()
    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64
    assert new_secret() != secret


def test_a_receiver_verifies_a_delivery(
    webhook: Webhook, ended: Delivery, receiver: Receiver
) -> None:
    delivery.deliver()
    got = receiver.only()
    event = got.verified(webhook.secret)
    assert event.keys() == {"type", "timestamp", "data"}
    assert (event["type"], event["data"]["output"]) == ("job.completed", {"text": "hello"})
    assert got.headers["webhook-id"] == ended.event_id
    assert got.headers["Content-Type"] == "application/json"


def test_a_forged_body_is_not_verified(
    webhook: Webhook, ended: Delivery, receiver: Receiver
) -> None:
    delivery.deliver()
    got = receiver.only()
    with pytest.raises(WebhookVerificationError):
        got.verified(new_secret())


def test_both_secrets_verify_for_a_day_after_a_rotation(
    webhook: Webhook, ended: Delivery, receiver: Receiver
) -> None:
    former = webhook.secret
    rotated = endpoints.rotate_secret(webhook)
    delivery.deliver()
    got = receiver.only()
    assert len(got.headers["webhook-signature"].split(" ")) == 2
    assert got.verified(former) == got.verified(rotated.secret)
    assert rotated.secrets(timezone.now() + timedelta(hours=25)) == [rotated.secret]


def test_a_second_rotation_leaves_two_active_secrets(webhook: Webhook) -> None:
    first = webhook.secret
    second = endpoints.rotate_secret(webhook).secret
    third = endpoints.rotate_secret(webhook)
    assert third.secrets(timezone.now()) == [third.secret, second]
    assert len({first, second, third.secret}) == 3
