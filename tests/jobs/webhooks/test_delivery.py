"""Deliveries are retried until they succeed, at least once, and no receiver delays another."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from django.db import connection
from django.utils import timezone

from jobs import testing
from jobs.models import Delivery, Job, Webhook
from jobs.webhooks import delivery, post
from tests.jobs.webhooks.passing_time import let_time_pass
from tests.jobs.webhooks.receiver import Receiver, status


def test_a_delivery_is_retried_after_a_failure(ended: Delivery, receiver: Receiver) -> None:
    receiver.script += [status(500, b"x" * 5000)]
    assert delivery.deliver() == 1
    ended.refresh_from_db()
    assert (ended.state, ended.attempts) == ("pending", 1)
    assert ended.next_at is not None
    waits = ended.next_at - ended.tries.get().at
    assert timedelta(seconds=3) < waits < timedelta(seconds=60)
    assert delivery.deliver() == 0  # not due yet
    let_time_pass()
    assert delivery.deliver() == 1
    ended.refresh_from_db()
    assert ended.state == "delivered"
    first, second = receiver.all()
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert [tried.status for tried in ended.tries.all()] == [500, 200]
    assert len(ended.tries.all()[0].answer) == 1024


def test_a_delivery_fails_after_a_day(ended: Delivery, receiver: Receiver) -> None:
    receiver.script += [503] * 20
    for _ in range(9):
        assert delivery.deliver() == 1
        let_time_pass()
    assert delivery.deliver() == 0
    ended.refresh_from_db()
    assert (ended.state, ended.tries.count()) == ("failed", 9)


def test_a_redirect_is_not_followed(ended: Delivery, receiver: Receiver) -> None:
    receiver.script += [status(302, Location="/elsewhere")]
    delivery.deliver()
    assert receiver.only().path == "/hook"
    ended.refresh_from_db()
    assert (ended.state, ended.tries.get().status) == ("pending", 302)


def test_a_slow_receiver_ends_by_the_timeout(
    ended: Delivery, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "TIMEOUT_SECONDS", 0.3)
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not over.wait(0.05):  # each byte in good time, and never an end
            handler.wfile.write(b"X-More: 1\r\n")

    receiver.script += [drip]
    begun = time.monotonic()
    delivery.deliver()
    assert time.monotonic() - begun < 30
    over.set()
    tried = ended.tries.get()
    assert (tried.status, tried.error) == (None, "The server did not respond within 0.3 seconds.")


def test_a_dead_receiver_gets_a_pause(
    webhook: Webhook, ended: Delivery, make_job: Callable[..., Job], receiver: Receiver
) -> None:
    Webhook.objects.update(failures=7)  # it rests longer each time, now for minutes
    receiver.script += [500]
    delivery.deliver()
    testing.run(make_job())
    assert delivery.deliver() == 0
    let_time_pass(timedelta(0))
    assert delivery.deliver() == 1
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.failing_since, webhook.backoff_until) == (0, None, None)


def test_deliveries_of_a_killed_deliverer_are_sent_by_another(
    ended: Delivery, receiver: Receiver
) -> None:
    [lost] = delivery.claim({})
    post.post(_with_payload(lost))  # sent, and killed before the outcome was stored
    assert delivery.deliver() == 0
    let_time_pass(delivery.CLAIM_DURATION)
    assert delivery.deliver() == 1
    once, again = receiver.all()
    assert once.headers["webhook-id"] == again.headers["webhook-id"]


def test_a_deliverer_that_lost_its_claim_changes_nothing(
    ended: Delivery, receiver: Receiver
) -> None:
    [late] = delivery.claim({})
    outcome = post.DeliveryOutcome(at=timezone.now(), seconds=1, status=500)
    let_time_pass(delivery.CLAIM_DURATION)
    delivery.deliver()
    delivery.record(late, outcome)
    ended.refresh_from_db()
    assert ended.state == "delivered"


@pytest.mark.django_db(transaction=True)
def test_parallel_deliverers_send_each_event_once(
    webhook: Webhook, make_job: Callable[..., Job], receiver: Receiver
) -> None:
    for _ in range(30):
        testing.run(make_job())

    def deliverer(_: int) -> int:
        try:
            return delivery.deliver()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(deliverer, range(4))) == 30
    ids = [got.headers["webhook-id"] for got in receiver.all()]
    assert len(ids) == len(set(ids)) == 30


def test_old_deliveries_are_purged(ended: Delivery, webhook: Webhook) -> None:
    assert delivery.purge() == 0
    assert delivery.purge(older_than=timedelta(0), batch=1) >= 1
    assert Delivery.objects.count() == 0
    assert Webhook.objects.filter(pk=webhook.pk).exists()


def _with_payload(claimed: Delivery) -> Delivery:
    [rendered] = delivery._render_all([claimed])
    return rendered
