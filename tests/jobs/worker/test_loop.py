"""A process runs short jobs of one type for one message, as long as they are next in order."""

from typing import Any

import pytest

from jobs.attempt.lease import Keeper, shutdown_at
from jobs.dispatch import publish, window
from jobs.models import Job
from jobs.models.states import State
from jobs.redis.client import get_client
from jobs.submission.control import cancel_job
from jobs.testing import NoKeeper
from jobs.worker.loop import JobLoop
from tests.jobs.dispatch.line import claim_next, ids, submit
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


def make_loop(named: Job, **options: Any) -> tuple[JobLoop, list[Job]]:
    started: list[Job] = []
    keeper: Keeper = NoKeeper()
    loop = JobLoop(
        queue=named.queue,
        type=named.type,
        named=named.pk,
        worker="w",
        make_listener=lambda job: lambda progress: None,
        on_start=started.append,
        keeper=keeper,
        **{"max_seconds": 60.0, **options},
    )
    return loop, started


def states(*jobs: Job) -> list[str]:
    found = Job.objects.in_bulk([job.pk for job in jobs])
    return [found[job.pk].state for job in jobs]


def test_one_message_runs_all_short_jobs_of_its_type(owner: Person) -> None:
    jobs = [submit(owner) for _ in range(5)]
    loop, started = make_loop(jobs[0])
    result = loop.run()
    assert ids(started) == ids(jobs)
    assert result.job == jobs[0]
    assert set(states(*jobs)) == {State.COMPLETED}


def test_the_messages_of_jobs_that_ran_without_them_serve_for_the_next(owner: Person) -> None:
    jobs = [submit(owner) for _ in range(window.MIN_MESSAGES + 20)]
    before = publish.count_messages(jobs[0].queue) or 0
    loop, started = make_loop(jobs[0])

    def stop_after_six(job: Job) -> None:
        started.append(job)
        if len(started) == 6:
            loop.max_seconds = 0.0

    loop.on_start = stop_after_six
    loop.run()
    published = Job.objects.filter(state=State.PENDING, published_at__isnull=False)
    assert ids(list(published.order_by("id"))) == ids(jobs[6 : 6 + window.MIN_MESSAGES])
    assert publish.count_messages(jobs[0].queue) == before + 1


def test_each_job_of_a_loop_has_its_own_attempt_and_log(owner: Person) -> None:
    jobs = [submit(owner) for _ in range(3)]
    make_loop(jobs[0])[0].run()
    for job in jobs:
        kinds = job.events.order_by("number").values_list("kind", "attempt")
        assert list(kinds) == [("submitted", 0), ("started", 1), ("completed", 1)]


def test_a_loop_ends_where_another_type_is_next(owner: Person) -> None:
    first, other, last = submit(owner), submit(owner, type="gathering"), submit(owner)
    loop, started = make_loop(first)
    loop.run()
    assert ids(started) == ids([first])
    assert states(other, last) == [State.PENDING, State.PENDING]


def test_a_loop_goes_on_after_a_failure(owner: Person) -> None:
    bug = {"error": "bug", "times": 9}
    jobs = [submit(owner, type="failing", input=bug) for _ in range(2)]
    loop, started = make_loop(jobs[0])
    loop.run()
    assert ids(started) == ids(jobs)


def test_a_loop_starts_nothing_after_its_time(owner: Person) -> None:
    jobs = [submit(owner) for _ in range(2)]
    loop, started = make_loop(jobs[0], max_seconds=0.0)
    loop.run()
    assert ids(started) == ids(jobs[:1])


def test_a_stopping_worker_starts_nothing_more(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [submit(owner) for _ in range(2)]
    monkeypatch.setattr(shutdown_at, "value", 1e12)
    loop, started = make_loop(jobs[0])
    loop.run()
    assert ids(started) == ids(jobs[:1])


def test_a_message_for_another_type_than_the_next_calls_for_that_type(owner: Person) -> None:
    named = submit(owner)
    urgent = submit(owner, type="gathering", priority=9)
    get_client().flushdb()
    Job.objects.update(published_at=None)
    loop, started = make_loop(named)
    loop.run()
    assert started == []
    assert Job.objects.get(pk=urgent.pk).published_at is not None
    assert publish.count_messages(named.queue) == 2  # and the named job has a message again


@pytest.mark.parametrize("reason", ["has run", "is cancelled", "is claimed elsewhere"])
def test_a_message_that_came_too_late_runs_the_job_whose_message_is_lost(
    owner: Person, reason: str
) -> None:
    first = submit(owner)
    if reason == "is cancelled":
        cancel_job(first, actor="user:1")
    elif reason == "has run":
        make_loop(first, max_seconds=0.0)[0].run()
    else:
        claim_next(worker="another")
    get_client().flushdb()
    lost = submit(owner)
    get_client().flushdb()
    loop, started = make_loop(first)
    assert loop.run().job is None
    assert ids(started) == ids([lost])
