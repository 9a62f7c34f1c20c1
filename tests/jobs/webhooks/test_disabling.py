"""A webhook whose receiver keeps failing is disabled, and its owner gets an e-mail."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from jobs.errors import WrongState
from jobs.models import Delivery, Webhook
from jobs.webhooks import delivery, endpoints
from tests.jobs.webhooks.passing_time import let_time_pass
from tests.jobs.webhooks.receiver import Receiver
from tests.people import Person


def test_a_410_response_disables_the_webhook(
    ended: Delivery,
    webhook: Webhook,
    owner: Person,
    receiver: Receiver,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    owner.user.email = "olga@acme.test"
    owner.user.save()
    receiver.script += [410]
    with django_capture_on_commit_callbacks(execute=True):
        delivery.deliver()
    webhook.refresh_from_db()
    ended.refresh_from_db()
    assert webhook.disabled_reason == "The receiver responded 410 Gone."
    assert ended.state == "failed"
    [letter] = mail.outbox
    assert letter.to == ["olga@acme.test"]
    assert "410 Gone" in letter.body


@pytest.mark.parametrize(("days", "disabled"), [(4.9, False), (5.1, True)])
def test_five_days_of_failure_disable_the_webhook(
    ended: Delivery, webhook: Webhook, receiver: Receiver, days: float, disabled: bool
) -> None:
    receiver.script += [500, 500]
    delivery.deliver()
    began = timezone.now() - timedelta(days=days)
    Webhook.objects.update(failing_since=began)
    let_time_pass()
    delivery.deliver()
    webhook.refresh_from_db()
    assert (webhook.disabled_at is not None) is disabled
    assert (webhook.disabled_reason == "No delivery has succeeded for 5 days.") is disabled


def test_one_success_resets_the_failures(
    ended: Delivery, webhook: Webhook, receiver: Receiver
) -> None:
    Webhook.objects.update(failures=40, failing_since=timezone.now() - timedelta(days=9))
    delivery.deliver()
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.failing_since, webhook.disabled_at) == (0, None, None)


def test_an_enabled_webhook_gets_the_deliveries_that_waited(
    ended: Delivery, webhook: Webhook, receiver: Receiver
) -> None:
    endpoints.update(webhook, {"enabled": False}, actor="olga")
    assert webhook.disabled_reason == "Disabled by olga."
    ended.refresh_from_db()
    with pytest.raises(WrongState):
        endpoints.redeliver(ended)
    assert delivery.deliver() == 0
    endpoints.update(webhook, {"enabled": True}, actor="olga")
    assert (webhook.disabled_at, webhook.disabled_reason) == (None, "")
    assert delivery.deliver() == 1
