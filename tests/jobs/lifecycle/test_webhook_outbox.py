"""Webhook events are stored in the transaction of their transition."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from jobs import testing
from jobs.dispatch import after_end, publish
from jobs.lifecycle import verbs
from jobs.lifecycle.webhook_outbox import EventType
from jobs.models import Batch, Delivery, Job, Webhook
from jobs.submission.control import cancel_job
from jobs.submission.submit import JobRequest, submit_batch
from jobs.webhooks import delivery, endpoints
from tests.jobs.webhooks.receiver import Receiver
from tests.people import Person

MakeJob = Callable[..., Job]


@pytest.fixture
def curious(owner: Person, receiver: Receiver) -> Webhook:
    """Give a webhook for everything."""
    return endpoints.create(
        receiver.url, events=list(EventType), owner=owner.user, organization=owner.organization
    )


def delivered_types(webhook: Webhook) -> list[str]:
    return list(webhook.deliveries.order_by("created_at").values_list("type", flat=True))


def test_each_end_of_a_job_stores_a_delivery(curious: Webhook, make_job: MakeJob) -> None:
    testing.run(make_job())
    testing.run(make_job("failing", error="invalid_input"))
    cancel_job(make_job(), actor="olga")
    expired = make_job()
    Job.objects.filter(pk=expired.pk).update(pending_until=expired.created_at)
    verbs.expire_overdue("default", timedelta(days=1), 10)
    assert delivered_types(curious) == [
        *("job.started", "job.completed"),
        *("job.started", "job.failed"),
        "job.cancelled",
        "job.failed",
    ]


def test_the_end_of_a_batch_stores_one_delivery(curious: Webhook, owner: Person) -> None:
    batch = submit_batch(
        [JobRequest(type="echo", input={"text": "x"})] * 2,
        owner=owner.user,
        organization=owner.organization,
    )
    for job in batch.jobs.all():
        testing.run(job)
    after_end.finish_batches()
    assert delivered_types(curious).count("batch.completed") == 1
    delivery.deliver()
    data = curious.deliveries.get(type="batch.completed").payload
    assert (data["id"], data["total"], data["states"]) == (str(batch.pk), 2, {"completed": 2})
    assert data["finished_at"] is not None
    assert Batch.objects.get().finished_at is not None


def test_the_payload_is_the_job_as_the_api_shows_it_at_that_time(
    curious: Webhook, owner: Person, make_job: MakeJob
) -> None:
    job = make_job(text="hi")
    testing.run(job)
    shown = owner.client.get(f"/api/v1/jobs/{job.pk}").json()
    assert shown.pop("waiting_for") is None  # of the moment, and not in the payload
    job.delete()  # purged before a delivery
    delivery.deliver()
    started, completed = (
        curious.deliveries.get(type=name).payload for name in ("job.started", "job.completed")
    )
    assert (started["state"], started["output"]) == ("running", None)
    assert completed == shown


def test_a_transition_that_rolls_back_stores_no_delivery(
    webhook: Webhook, make_job: MakeJob
) -> None:
    job = make_job()
    claimed = verbs.claim(job.pk, 1, worker="w", lease=timedelta(seconds=9))
    assert claimed is not None

    class Crash(Exception):
        pass

    def crash() -> None:
        verbs.complete(claimed, {})
        assert webhook.deliveries.count() == 1
        raise Crash

    with pytest.raises(Crash), transaction.atomic():
        crash()
    assert webhook.deliveries.count() == 0
    verbs.complete(claimed, {})
    assert verbs.complete(claimed, {}) is None
    assert webhook.deliveries.count() == 1


def test_a_process_killed_after_the_transition_loses_no_delivery(
    webhook: Webhook, make_job: MakeJob, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(job: Job) -> None:
        if job.is_terminal:
            raise Killed

    monkeypatch.setattr(publish, "request_delivery_of", die)
    with pytest.raises(Killed):
        testing.run(make_job())
    assert delivery.deliver() == 1
    assert receiver.only().verified(webhook.secret)["type"] == "job.completed"


def test_only_enabled_webhooks_with_that_event_get_a_delivery(
    webhook: Webhook, stranger: Person, make_job: MakeJob
) -> None:
    theirs = endpoints.create(
        webhook.url, events=list(EventType), owner=stranger.user, organization=stranger.organization
    )
    endpoints.update(webhook, {"enabled": False}, actor="olga")
    testing.run(make_job())
    assert Delivery.objects.count() == 0
    endpoints.update(webhook, {"enabled": True, "events": ["job.failed"]}, actor="olga")
    testing.run(make_job())
    endpoints.update(webhook, {"events": ["job.completed"]}, actor="olga")
    endpoints.delete(webhook)
    testing.run(make_job())
    assert Delivery.objects.count() == 0
    assert delivered_types(theirs) == []
