"""Waiting for a job: the live channel wakes the waiter, polling the row is the fallback."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

import jobs
from jobs import testing
from jobs.attempt import fenced_writes, steps
from jobs.attempt.progress import Progress
from jobs.lifecycle import verbs
from jobs.live import watch
from jobs.models import Job
from jobs.redis import client, pubsub
from jobs.redis.circuit_breaker import CircuitBreaker
from jobs.redis.client import get_client
from tests.jobs.redis.unreachable import unreachable_client
from tests.people import Person
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[None]:
    """Do some work in another thread, as a worker would, while the block runs."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def once_followed(job: Job) -> None:
    """Wait until somebody listens to the job's tenant."""
    name = pubsub.channel(job.organization_id)
    until(lambda: get_client().pubsub_numsub(name)[0][1], what="a listener")


def test_the_end_of_a_job_ends_the_wait_at_once(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "POLL_INTERVAL_SECONDS", 600.0)
    job = jobs.submit("echo", {"text": "hi"}, owner=owner.user)

    def work() -> None:
        once_followed(job)
        testing.run(job)

    with meanwhile(work):
        done = jobs.wait(job.pk, timeout=60)
    assert (done.state, done.output) == ("completed", {"text": "hi"})


def test_progress_arrives_before_it_is_in_the_row(owner: Person) -> None:
    job = jobs.submit("echo", {}, owner=owner.user)
    running = verbs.claim(job.pk, 1, worker="w", lease=job.timeout)
    assert running is not None
    seen = watch.watch_job(jobs.status(job.pk), timeout=30)
    assert next(seen).state == "running"
    Progress(running, lambda data: None).report(40, "Searching")
    snapshot = next(seen)
    assert (snapshot.progress, snapshot.message) == (40, "Searching")
    assert fenced_writes.read_ownership(running) is not None
    verbs.complete(running, {"text": ""})
    assert [one.state for one in seen] == ["completed"]


def test_progress_does_not_go_back_when_the_row_lags(owner: Person) -> None:
    job = jobs.submit("echo", {}, owner=owner.user)
    running = verbs.claim(job.pk, 1, worker="w", lease=job.timeout)
    assert running is not None
    seen = watch.watch_job(jobs.status(job.pk), timeout=30)
    assert next(seen).progress == 0
    Progress(running, lambda data: None).report(90, "Writing")
    assert next(seen).progress == 90
    assert steps.begin(running, "write")  # an entry of the log: the row is read again
    assert (next(seen).progress, running.state) == (90, "running")
    verbs.complete(running, {"text": ""})
    assert [one.progress for one in seen] == [100]


def test_the_wait_polls_the_row_without_redis(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.submit("echo", {"text": "hi"}, owner=owner.user)
    away = unreachable_client()
    monkeypatch.setattr(watch, "get_client", lambda: away)
    monkeypatch.setattr(client, "get_client", lambda: away)
    monkeypatch.setattr(client, "breaker", CircuitBreaker(open_seconds=3.0))
    seen = watch.watch_job(jobs.status(job.pk), timeout=30)
    assert next(seen).state == "pending"
    testing.run(job)
    assert next(seen).state == "completed"


def test_a_job_that_does_not_end_raises_a_timeout(owner: Person) -> None:
    job = jobs.submit("echo", {}, owner=owner.user)
    with pytest.raises(TimeoutError, match="pending"):
        jobs.wait(job.pk, timeout=0.2)
