"""Callers see one job with its whole cost, not its parts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import testing
from jobs.api.feed_stream import FeedReader
from jobs.api.sse import Subscriber
from jobs.attempt import fenced_writes
from jobs.lifecycle.webhook_outbox import EventType
from jobs.maintenance import retention
from jobs.models import Batch, Job
from jobs.submission.submit import submit_job
from jobs.webhooks import endpoints
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job(owner: Person) -> Job:
    """Give a job of two parts that has been done, each of which has paid for a model call."""
    mine = {"owner": owner.user, "organization": owner.organization}
    endpoints.create("https://example.com/hook", events=list(EventType), **mine)  # type: ignore[arg-type]
    whole = submit_job("splitting", {"letters": "ab"}, **mine)  # type: ignore[arg-type]
    testing.run(whole)
    for part in Job.objects.parts_of(whole):
        done = testing.run(part)
        fenced_writes.add_usage(
            done, model="m", prompt_tokens=10, completion_tokens=1, cost_usd=0.5
        )
    return testing.run(whole)


def test_webhooks_get_events_of_the_whole_job_alone(job: Job, owner: Person) -> None:
    webhook = owner.organization.webhooks.get()
    deliveries = webhook.deliveries.order_by("created_at").values_list("type", "event_id")
    assert [kind for kind, _ in deliveries] == ["job.started", "job.started", "job.completed"]
    assert {event_id.rpartition("-")[0] for _, event_id in deliveries} == {str(job.pk)}


def test_parts_are_listed_only_by_their_batch(job: Job, owner: Person) -> None:
    batch = Batch.objects.filter(jobs__parent=job).distinct().get()
    for query, number in (("", 1), (f"?batch={batch.pk}", 2)):
        assert len(owner.client.get(f"/api/v1/jobs{query}").json()["results"]) == number
        assert owner.client.get(f"/api/v1/jobs/summary{query}").json()["total"] == number


def test_the_cost_of_parts_counts_once_for_their_job(job: Job, owner: Person) -> None:
    used = {"model": "m", "prompt_tokens": 20, "completion_tokens": 2, "cost_usd": 1.0}
    assert owner.client.get(f"/api/v1/jobs/{job.pk}").json()["usage"] == used
    [group] = owner.client.get("/api/v1/analytics/by/model").json()
    assert (group["jobs"], group["prompt_tokens"], group["cost_usd"]) == (1, 20, 1.0)


def test_the_stream_of_all_jobs_shows_the_whole_job_alone(job: Job, owner: Person) -> None:
    subscriber = Subscriber(organization=owner.organization.pk, user=owner.user.pk, last="0")
    reader = FeedReader(subscriber)
    frames, _ = reader.read()
    assert b"split" in b"".join(frames)
    assert all(f'"job": "{job.pk}"'.encode() in frame for frame in frames)
    part = Job.objects.parts_of(job)[0]
    assert [reader.shows(str(one.pk)) for one in (job, part)] == [True, False]


def test_no_part_outlives_its_job(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert retention.purge() == 3
    assert not Job.objects.exists()
