"""A queue has few messages at the broker, however long it is, and never none while jobs wait."""

import pytest

from jobs import registry
from jobs.dispatch import publish, window
from jobs.maintenance import relay
from jobs.models import Job
from jobs.redis import heartbeats
from jobs.redis.client import get_client
from jobs.submission.submit import JobRequest, submit_batch
from tests.jobs.dispatch.line import claim_next, drain, ids, submit
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = registry.get("echo").queue
SIZE = window.MIN_MESSAGES


@pytest.fixture(autouse=True)
def _no_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    get_client().flushdb()
    monkeypatch.setattr(window, "_slots", window._Slots())


def messages() -> int | None:
    return publish.count_messages(QUEUE)


def published() -> list[object]:
    return ids(list(Job.objects.filter(published_at__isnull=False).order_by("id")))


def test_a_submission_is_published_at_once_only_while_the_window_has_room(owner: Person) -> None:
    jobs = [submit(owner) for _ in range(SIZE + 5)]
    assert published() == ids(jobs[:SIZE])
    assert messages() == SIZE


def test_a_batch_publishes_as_many_as_fit(owner: Person) -> None:
    requests = [JobRequest(type="echo", input={}) for _ in range(100)]
    submit_batch(requests, owner=owner.user, organization=owner.organization)
    assert (len(published()), messages()) == (SIZE, SIZE)


def test_the_window_grows_with_the_processes_of_the_workers(owner: Person) -> None:
    heartbeats.record_worker("worker@a", [QUEUE, "other"], 16)
    heartbeats.record_worker("worker@b", [QUEUE], 4)
    assert window.size_of(QUEUE) == 20 * window.MESSAGES_PER_SLOT
    assert window.size_of("unknown") == SIZE


def test_filling_publishes_the_next_jobs_in_order(owner: Person) -> None:
    jobs = [submit(owner) for _ in range(SIZE + 3)]
    urgent = submit(owner, priority=9)
    drain(3)
    assert window.fill(QUEUE) == 2  # `urgent` was claimed although it had no message
    assert urgent.pk not in published()
    assert Job.objects.get(pk=jobs[SIZE].pk).published_at is not None
    assert window.fill(QUEUE) == 0


def test_a_claim_for_the_message_of_another_job_keeps_the_number_of_messages(
    owner: Person,
) -> None:
    named = submit(owner)
    Job.objects.exclude(pk=named.pk).update(published_at=None)
    ahead = submit(owner, priority=9)
    Job.objects.filter(pk=ahead.pk).update(published_at=None)
    assert ids([claim_next(named=named.pk)]) == ids([ahead])
    named.refresh_from_db()
    assert named.published_at is None  # its message has started the other job
    assert window.fill(QUEUE) == 1


def test_a_job_of_another_type_at_the_head_gets_a_message_before_all_others(
    owner: Person,
) -> None:
    submit(owner)
    head = submit(owner, type="gathering", priority=9)
    Job.objects.filter(pk=head.pk).update(published_at=None)
    assert claim_next("echo") is None
    before = messages() or 0
    window.publish_head(QUEUE)
    window.publish_head(QUEUE)  # another process found the same, just now
    assert messages() == before + 1
    head.refresh_from_db()
    assert head.published_at is not None


def test_a_long_line_without_messages_is_filled_up_to_the_window(owner: Person) -> None:
    requests = [JobRequest(type="echo", input={}) for _ in range(60)]
    submit_batch(requests, owner=owner.user, organization=owner.organization)
    get_client().flushdb()
    Job.objects.update(published_at="2026-01-01T00:00:00Z")  # all had messages, and lost them
    relay.relay()
    assert (len(published()), messages()) == (SIZE, SIZE)


def test_nothing_is_marked_as_published_while_the_broker_is_down(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "is_broken", lambda: True)
    submit(owner)
    assert window.fill(QUEUE) == 0
    assert published() == []
