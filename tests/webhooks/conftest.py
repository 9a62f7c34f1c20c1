"""What the tests of webhooks share."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db.models import F
from pytest_django import Settings

from jobs import testing
from jobs.models import Delivery, Job, Webhook
from jobs.webhooks import endpoints
from tests.people import Person
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Give a receiver on loopback, to which deliveries may go."""
    settings.OUTBOUND_ALLOWED = ("127.0.0.0/8",)
    with receiving() as running:
        yield running


@pytest.fixture
def webhook(owner: Person, receiver: Receiver) -> Webhook:
    """Give a webhook of the owner's, for the end of jobs."""
    return endpoints.create(
        receiver.url,
        events=["job.completed", "job.failed", "job.cancelled"],
        owner=owner.user,
        organization=owner.organization,
    )


@pytest.fixture
def ended(webhook: Webhook, make_job: Callable[..., Job]) -> Delivery:
    """Give the delivery that tells of a completed job."""
    testing.run(make_job(text="hello"))
    return webhook.deliveries.get()


def let_time_pass(time: timedelta = timedelta(days=1)) -> None:
    """Make due what is to be tried within this time."""
    Delivery.objects.filter(next_at__isnull=False).update(next_at=F("next_at") - time)
    Webhook.objects.filter(rests_until__isnull=False).update(rests_until=None)
