"""A flood of one organization delays no other, whatever it consists of and whenever it comes.

A flood occupies the workers; another organization's job starts after at most one more of its jobs
for each worker.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.submission.submit import JobRequest, submit_batch
from jobs.worker import parts
from tests.jobs.dispatch.line import (
    WORKERS,
    claim_any,
    claim_next,
    make_organizations,
    run_until_started,
    submit,
)
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


def flood_by_single_submissions(owner: Person) -> None:
    for _ in range(40):
        submit(owner)


def flood_by_a_batch(owner: Person) -> None:
    requests = [JobRequest(type="echo", input={}) for _ in range(40)]
    submit_batch(requests, owner=owner.user, organization=owner.organization)


def flood_by_jobs_for_later(owner: Person) -> None:
    for _ in range(40):
        submit(owner, run_at=timezone.now() + timedelta(hours=1))
    Job.objects.update(run_at=timezone.now())
    assert len(verbs.promote_due(100)) == 40


def flood_by_parts(owner: Person) -> None:
    submit(owner, type="splitting", input={"letters": "ab"}, priority=6)  # its parts have 5
    split = claim_next("splitting")
    assert split is not None
    assert parts.split(split, [{"letters": "a"}] * 40)


FLOODS = [
    flood_by_single_submissions,
    flood_by_a_batch,
    flood_by_jobs_for_later,
    flood_by_parts,
]


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_that_came_first_delays_no_other(
    flood: Callable[[Person], None], owner: Person
) -> None:
    flood(owner)
    running = [claim_any(), claim_any()]
    singles = [submit(owner, organization) for organization in make_organizations(9)]
    started = run_until_started(singles, [job for job in running if job])
    assert len(started) - len(singles) <= WORKERS


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_that_comes_later_delays_no_other(
    flood: Callable[[Person], None], owner: Person
) -> None:
    singles = [submit(owner, organization) for organization in make_organizations(9)]
    flood(owner)
    started = run_until_started(singles, [])
    assert len(started) - len(singles) <= WORKERS


def test_a_job_that_arrives_at_any_time_of_a_flood_is_next(owner: Person) -> None:
    flood_by_single_submissions(owner)
    running: list[Job] = []
    for organization in make_organizations(9):
        started = run_until_started([submit(owner, organization)], running)
        assert len(started) - 1 <= WORKERS


def test_a_priority_goes_first_and_a_flood_of_it_delays_none_of_the_same(owner: Person) -> None:
    for priority in (8, 5):
        for _ in range(20):
            submit(owner, priority=priority)
    organizations = make_organizations(9)
    low = [submit(owner, organization, priority=5) for organization in organizations[:4]]
    high = [submit(owner, organization, priority=8) for organization in organizations[4:]]
    running: list[Job] = []
    assert len(run_until_started(high, running)) - len(high) <= WORKERS
    rest = run_until_started(low, running)
    flood = [job for job in rest if job not in low]
    assert sum(job.priority == 5 for job in flood) <= WORKERS
