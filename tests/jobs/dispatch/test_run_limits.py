"""Limits at run time are never exceeded, hold up no other job, and are free when a job ends."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from jobs.dispatch import after_end, run_limits, waiting
from jobs.lifecycle import verbs
from jobs.lifecycle.failures import TIMED_OUT
from jobs.maintenance import relay, rescue
from jobs.models import Job, RateWindow
from jobs.models.states import State
from tests.jobs.dispatch.line import claim_next, drain, ids, submit
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)

SHARING: list[tuple[str, list[dict[str, Any]], list[bool]]] = [
    ("two_at_once", [{}, {"who": "stranger"}, {"who": "teammate"}], [True, True, False]),
    (
        "two_per_organization",
        [{}, {"who": "teammate"}, {}, {"who": "stranger"}],
        [True, True, False, True],
    ),
    ("two_per_user", [{}, {}, {}, {"who": "teammate"}], [True, True, False, True]),
    (
        "two_per_subject",
        [{"subject": "a"}, {"subject": "a"}, {"subject": "a"}, {"subject": "b"}, {}, {}, {}],
        [True, True, False, True, True, True, True],
    ),
    (
        "two_per_site",
        [{"input": {"site": site}} for site in ("x", "x", "x", "y")],
        [True, True, False, True],
    ),
    ("two_an_hour", [{}, {}, {}, {"who": "stranger"}], [True, True, False, True]),
]


@pytest.fixture
def people(owner: Person, teammate: Person, stranger: Person) -> dict[str, Person]:
    return {"owner": owner, "teammate": teammate, "stranger": stranger}


@pytest.mark.parametrize(("type", "submissions", "starts"), SHARING)
def test_a_limit_counts_what_shares_its_scope(
    type: str,
    submissions: list[dict[str, Any]],
    starts: list[bool],
    people: dict[str, Person],
) -> None:
    jobs = [
        submit(people[options.pop("who", "owner")], type=type, **options)
        for options in map(dict, submissions)
    ]
    while claim_next(type) is not None:
        pass
    states = Job.objects.in_bulk([job.pk for job in jobs])
    assert [states[job.pk].state == State.RUNNING for job in jobs] == starts


WAYS_TO_LEAVE: dict[str, Callable[[Job], Any]] = {
    "complete": lambda job: verbs.complete(job, {}),
    "fail": lambda job: verbs.fail(job, TIMED_OUT),
    "snooze": lambda job: verbs.snooze(job, timedelta(hours=1)),
    "hand back": verbs.hand_back,
    "cancel": lambda job: verbs.cancel(job.pk) and verbs.end_cancelled(job),
}


@pytest.mark.parametrize("way", WAYS_TO_LEAVE)
def test_every_end_of_an_attempt_frees_its_place(way: str, owner: Person) -> None:
    jobs = [submit(owner, type="two_at_once") for _ in range(3)]
    first, second = claim_next("two_at_once"), claim_next("two_at_once")
    assert claim_next("two_at_once") is None
    assert first is not None
    after_end.follow_up(WAYS_TO_LEAVE[way](first))
    assert ids([second, claim_next("two_at_once")])[0] == jobs[1].pk
    assert Job.objects.filter(state=State.RUNNING).count() == 2


def test_a_lost_worker_frees_its_place(owner: Person) -> None:
    for _ in range(3):
        submit(owner, type="two_at_once")
    for worker in ("a", "b", "c"):
        claim_next("two_at_once", worker=worker)
    Job.objects.filter(worker="a").update(lease_expires_at=Now() - timedelta(seconds=1))
    assert rescue.rescue() == 1
    assert claim_next("two_at_once") is not None
    assert claim_next("two_at_once") is None


def test_parallel_claims_never_exceed_a_limit(owner: Person) -> None:
    for _ in range(100):
        submit(owner, type="two_at_once")

    def work(number: int) -> int:
        try:
            for _ in range(10):
                job = claim_next("two_at_once", worker=str(number))
                if job is None:
                    run_limits.unblock(["two_at_once/concurrency-type::"])
                    continue
                most.append(Job.objects.filter(state=State.RUNNING).count())
                after_end.follow_up(verbs.complete(job, {}) or job)
        finally:
            connection.close()
        return number

    most: list[int] = []
    with ThreadPoolExecutor(12) as threads:
        assert sum(threads.map(work, range(12))) == 66
    assert max(most) <= 2


def test_blocked_jobs_hold_up_no_other_and_keep_their_order(owner: Person) -> None:
    blocked = [submit(owner, type="two_at_once") for _ in range(8)]
    others = [submit(owner) for _ in range(3)]
    running = [claim_next("two_at_once") for _ in range(3)]
    assert ids(running) == ids([*blocked[:2], None])
    assert ids(drain(3)) == ids(others)
    for job, expected in zip(running[:2], blocked[2:4], strict=True):
        assert job is not None
        after_end.follow_up(verbs.complete(job, {}) or job)
        assert ids([claim_next("two_at_once")]) == ids([expected])


def test_a_rate_holds_in_every_period_and_the_relay_goes_on_after_it(owner: Person) -> None:
    third = [submit(owner, type="two_an_hour") for _ in range(3)][2]
    drain(2, "two_an_hour")
    assert claim_next("two_an_hour") is None
    relay.relay()
    third.refresh_from_db()
    assert third.blocked_by.startswith("two_an_hour/rate-organization:")
    window = RateWindow.objects.get()
    window.starts = [start - timedelta(hours=1) for start in window.starts[:1]] + window.starts[1:]
    window.save()
    relay.relay()
    assert ids([claim_next("two_an_hour")]) == ids([third])


def test_a_limit_that_was_removed_blocks_no_job(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        submit(owner, type="two_at_once")
    for _ in range(3):
        claim_next("two_at_once")
    monkeypatch.setattr(run_limits, "rules", dict)
    relay.relay()
    assert not Job.objects.exclude(blocked_by="").exists()


def test_a_blocked_job_names_its_limit_and_who_holds_it(owner: Person, stranger: Person) -> None:
    first, _, third = [submit(person, type="two_at_once") for person in (owner, stranger, owner)]
    for _ in range(3):
        claim_next("two_at_once")
    found = waiting.explain_wait(Job.objects.get(pk=third.pk))
    assert found is not None
    assert found.limit is not None
    assert (found.reason, found.limit.size, found.limit.jobs) == ("limit", 2, [first.pk])
    shown = owner.client.get(f"/api/v1/jobs/{third.pk}").json()["waiting_for"]
    assert (shown["reason"], shown["limit"]["jobs"]) == ("limit", [str(first.pk)])
