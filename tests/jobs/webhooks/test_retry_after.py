"""A busy receiver names the time of the next request, and gets none before."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import testing
from jobs.models import Delivery, Job, Webhook
from jobs.webhooks import delivery
from tests.jobs.webhooks.passing_time import let_time_pass
from tests.jobs.webhooks.receiver import Receiver, status

SOON = timedelta(minutes=10)


@pytest.mark.parametrize(("code", "heard"), [(429, True), (503, True), (500, False)])
def test_a_receiver_gets_no_request_before_its_retry_after(
    ended: Delivery, webhook: Webhook, receiver: Receiver, code: int, heard: bool
) -> None:
    receiver.script += [status(code, b"", **{"Retry-After": "600"})]
    delivery.deliver()
    ended.refresh_from_db()
    webhook.refresh_from_db()
    for moment in (ended.next_at, webhook.backoff_until):
        assert moment is not None
        assert (moment - timezone.now() > SOON / 2) is heard


def test_all_events_of_a_busy_receiver_wait_and_then_arrive(
    ended: Delivery, make_job: Callable[..., Job], receiver: Receiver
) -> None:
    receiver.script += [status(429, b"", **{"Retry-After": "600"})]
    delivery.deliver()
    testing.run(make_job())
    assert delivery.deliver() == 0
    let_time_pass(SOON)
    assert delivery.deliver() == 2
