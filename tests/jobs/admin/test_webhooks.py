"""The admin shows webhooks and deliveries without secrets, and lets operators act on them."""

from django.test import Client
from django.urls import reverse

from jobs.models import Delivery, Webhook
from jobs.webhooks import delivery, endpoints
from tests.jobs.webhooks.receiver import Receiver


def test_the_pages_give_the_reason_and_no_secret(
    admin_client: Client, webhook: Webhook, ended: Delivery, receiver: Receiver
) -> None:
    receiver.script += [410]
    delivery.deliver()
    listed = admin_client.get(reverse("admin:jobs_webhook_changelist")).content.decode()
    assert "The receiver responded 410 Gone." in listed
    page = admin_client.get(reverse("admin:jobs_webhook_change", args=[webhook.pk]))
    assert webhook.secret not in page.content.decode()
    page = admin_client.get(reverse("admin:jobs_delivery_change", args=[ended.pk]))
    assert "410" in page.content.decode()
    assert admin_client.get(reverse("admin:jobs_delivery_changelist")).status_code == 200


def test_an_operator_enables_a_webhook_and_redelivers(
    admin_client: Client, webhook: Webhook, ended: Delivery, receiver: Receiver
) -> None:
    delivery.deliver()
    endpoints.update(webhook, {"enabled": False}, actor="olga")
    again = {"action": "redeliver", "_selected_action": str(ended.pk)}
    admin_client.post(reverse("admin:jobs_delivery_changelist"), again)
    assert delivery.deliver() == 0
    enable = {"action": "enable", "_selected_action": str(webhook.pk)}
    admin_client.post(reverse("admin:jobs_webhook_changelist"), enable)
    admin_client.post(reverse("admin:jobs_delivery_changelist"), again)
    assert delivery.deliver() == 1
