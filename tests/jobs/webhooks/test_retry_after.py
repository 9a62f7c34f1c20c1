"""A busy receiver names the time of the next request, and gets none before."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from jobs import testing
from jobs.models import Delivery, Job, Webhook
from jobs.webhooks import delivery
from jobs.webhooks.backoff import LONGEST_ASKED, asked_wait
from tests.jobs.webhooks.passing_time import let_time_pass
from tests.jobs.webhooks.receiver import Receiver, status

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SOON = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("value", "asked"),
    [
        ("600", SOON),
        (format_datetime(NOW + SOON, usegmt=True), SOON),
        ("Fri, 02 Jan 2026 03:14:05 -0000", SOON),
        (format_datetime(NOW - SOON, usegmt=True), timedelta(0)),
        ("999999999999999999", LONGEST_ASKED),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_ASKED),
        *((nonsense, timedelta(0)) for nonsense in ("", "-5", "1.5", "soon", "٣", "Fri, 99 Jan")),
    ],
)
def test_seconds_and_dates_are_read_within_a_bound(value: str, asked: timedelta) -> None:
    assert asked_wait(value, NOW) == asked


@pytest.mark.parametrize(("code", "heard"), [(429, True), (503, True), (500, False)])
def test_a_receiver_gets_no_request_before_its_retry_after(
    ended: Delivery, webhook: Webhook, receiver: Receiver, code: int, heard: bool
) -> None:
    receiver.script += [status(code, b"", **{"Retry-After": "600"})]
    delivery.deliver()
    ended.refresh_from_db()
    webhook.refresh_from_db()
    for moment in (ended.next_at, webhook.rests_until):
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
