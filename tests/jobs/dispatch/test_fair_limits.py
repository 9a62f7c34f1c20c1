"""Organizations take turns also where a limit or a pause keeps their jobs out of the line."""

import pytest

from jobs.dispatch import after_end, pauses
from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.models.pauses import PauseScope
from tests.jobs.dispatch.line import (
    WORKERS,
    claim_next,
    drain,
    ids,
    make_organizations,
    run_until_started,
    submit,
)
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_flood_over_a_limit_delays_no_other_of_its_type(owner: Person) -> None:
    running: list[Job] = []
    for _ in range(20):  # as with clients that submit one job after another
        submit(owner, type="two_at_once")
        if claimed := claim_next("two_at_once"):
            running.append(claimed)
    singles = [submit(owner, organization, "two_at_once") for organization in make_organizations(9)]
    assert claim_next("two_at_once") is None
    started = run_until_started(singles, running)
    assert len(started) - len(singles) <= WORKERS


def test_an_organization_that_submits_one_by_one_does_not_pass_those_that_wait(
    owner: Person, stranger: Person
) -> None:
    running: list[Job] = []
    for _ in range(20):
        submit(owner, type="two_at_once")
        if claimed := claim_next("two_at_once"):
            running.append(claimed)
    drained = 0
    for _ in range(6):
        started = run_until_started([submit(stranger, type="two_at_once")], running)
        drained += len(started) - 1
    assert drained >= 5


def test_blocked_jobs_of_an_organization_keep_their_order(owner: Person) -> None:
    jobs, running = [], []
    for _ in range(8):
        jobs.append(submit(owner, type="two_at_once"))
        if claimed := claim_next("two_at_once"):
            running.append(claimed)
    assert ids([*running, *run_until_started(jobs[2:], [*running])]) == ids(jobs)


def test_a_flood_that_is_resumed_delays_no_other(owner: Person, stranger: Person) -> None:
    pauses.pause(PauseScope.ORGANIZATION, str(owner.organization.pk), actor="olga")
    flood = []
    for _ in range(20):
        flood.append(submit(owner))
        assert claim_next() is None
    for _ in range(30):
        submit(stranger)
    drain(10)
    single = submit(owner, make_organizations(1)[0])
    pauses.resume(PauseScope.ORGANIZATION, str(owner.organization.pk))
    following = drain(21)
    resumed = [job for job in following if job in flood]
    assert len(resumed) == pytest.approx(10, abs=1)
    assert single in following[:3]
    assert ids(resumed) == ids(flood[: len(resumed)])


def test_a_released_job_whose_place_was_taken_keeps_its_turn(
    owner: Person, stranger: Person
) -> None:
    jobs = [submit(owner, type="two_at_once") for _ in range(6)]
    running = [claim_next("two_at_once"), claim_next("two_at_once")]
    assert claim_next("two_at_once") is None
    assert running[0] is not None
    after_end.follow_up(verbs.complete(running[0], {}) or running[0])  # releases the third
    submit(stranger, type="two_at_once", priority=9)
    urgent = claim_next("two_at_once")
    assert urgent is not None
    assert urgent.priority == 9
    assert claim_next("two_at_once") is None
    started = run_until_started(jobs[2:], [job for job in (running[1], urgent) if job])
    assert ids(started) == ids(jobs[2:])
