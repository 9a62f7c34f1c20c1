"""A slow receiver delays its own events alone, and no event waits for beat."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest
from django.db import connection

from jobs import testing
from jobs.dispatch import publish
from jobs.models import Job, Webhook
from jobs.submission.control import cancel_job
from jobs.webhooks import delivery, endpoints
from tests.jobs.webhooks.receiver import Receiver, receiving, status
from tests.people import Person


@pytest.mark.django_db(transaction=True)
def test_an_event_does_not_wait_for_the_slow_receiver_of_another(
    owner: Person, webhook: Webhook, make_job: Callable[..., Job], receiver: Receiver
) -> None:
    released = threading.Event()

    def hold(handler: BaseHTTPRequestHandler) -> None:
        assert released.wait(30)
        status(200)(handler)

    def deliverer() -> None:
        try:
            delivery.deliver()
        finally:
            connection.close()

    receiver.script += [hold]
    testing.run(make_job())
    thread = threading.Thread(target=deliverer)
    thread.start()
    receiver.requests.get(timeout=30)
    with receiving() as quick:
        endpoints.create(
            quick.url, events=["job.started"], owner=owner.user, organization=owner.organization
        )
        testing.run(make_job())
        assert quick.requests.get(timeout=30)
        assert not released.is_set()
        released.set()
        thread.join(30)


def test_one_webhook_has_a_bounded_share_of_the_open_deliveries(
    webhook: Webhook, make_job: Callable[..., Job], receiver: Receiver
) -> None:
    for _ in range(delivery.MAX_CONCURRENT_PER_WEBHOOK + 3):
        testing.run(make_job())
    in_flight = {object(): delivery for delivery in delivery.claim({})}
    assert len(in_flight) == delivery.MAX_CONCURRENT_PER_WEBHOOK
    assert delivery.claim(in_flight) == []  # type: ignore[arg-type]  # futures are not looked at


def test_many_events_enqueue_one_delivery_run(
    webhook: Webhook, make_job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "DELIVERY_REQUEST_SECONDS", 600)  # none of this takes so long
    publish.clear_delivery_request()
    before = publish.count_messages("webhooks")
    assert before is not None
    testing.run(make_job())
    testing.run(make_job())
    assert publish.count_messages("webhooks") == before + 1
    publish.clear_delivery_request()
    testing.run(make_job())
    assert publish.count_messages("webhooks") == before + 2


@pytest.mark.django_db(transaction=True)
def test_an_event_without_a_webhook_enqueues_no_delivery_run(
    owner: Person, make_job: Callable[..., Job]
) -> None:
    publish.clear_delivery_request()
    before = publish.count_messages("webhooks")
    testing.run(make_job())
    cancel_job(make_job(), actor="olga")
    assert publish.count_messages("webhooks") == before
