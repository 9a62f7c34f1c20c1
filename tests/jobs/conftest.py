"""Fixtures of the engine: jobs in two states, and a webhook with its receiver."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from jobs import testing
from jobs.lifecycle import verbs
from jobs.models import Delivery, Job, Webhook
from jobs.webhooks import endpoints
from tests.jobs.webhooks.receiver import Receiver, receiving
from tests.people import Person

LEASE = timedelta(seconds=30)


@pytest.fixture
def job(make_job: Callable[..., Job]) -> Job:
    """Give a pending job."""
    return make_job("echo", text="hello")


@pytest.fixture
def running(job: Job) -> Job:
    """Give a job that attempt 1 has claimed."""
    claimed = verbs.claim(job.pk, 1, worker="w1", lease=LEASE)
    assert claimed is not None
    return claimed


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
