"""The order of a queue: by priority, then fair between organizations, then first come."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.lifecycle import verbs
from jobs.lifecycle.failures import TIMED_OUT
from jobs.models import Job
from tests.jobs.conftest import LEASE
from tests.jobs.dispatch.line import claim_next, drain, ids, make_organizations, submit
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_flood_of_one_organization_delays_no_other(owner: Person) -> None:
    flood = [submit(owner) for _ in range(60)]
    drain(20)
    singles = [submit(owner, organization) for organization in make_organizations(9)]
    following = drain(10)
    assert set(ids(singles)) < set(ids(following))
    assert ids(drain(39)) == ids([job for job in flood[20:] if job not in following])


def test_a_flood_after_the_others_does_not_overtake_them(owner: Person) -> None:
    singles = [submit(owner, organization) for organization in make_organizations(9)]
    for _ in range(30):
        submit(owner)
    assert set(ids(singles)) < set(ids(drain(10)))


def test_jobs_that_become_due_at_once_delay_no_other(owner: Person, stranger: Person) -> None:
    for _ in range(30):
        submit(owner, run_at=timezone.now() + timedelta(hours=1))
    Job.objects.update(run_at=timezone.now())
    assert len(verbs.promote_due(100)) == 30
    single = submit(stranger)
    assert single in drain(2)


def test_organizations_share_by_weight(owner: Person) -> None:
    light, heavy = make_organizations(2)
    heavy.weight = 3
    heavy.save()
    for _ in range(60):
        submit(owner, light)
        submit(owner, heavy)
    shares = Counter(job.organization_id for job in drain(60))
    assert shares[heavy.pk] == pytest.approx(45, abs=1)


def test_a_higher_priority_is_first_and_fair_within(owner: Person, stranger: Person) -> None:
    low = [submit(owner, priority=1) for _ in range(3)]
    high = [submit(owner, priority=8) for _ in range(3)]
    other = submit(stranger, priority=8)
    assert ids(drain(7)) == ids([high[0], other, *high[1:], *low])


def test_an_organization_that_returns_has_no_credit(owner: Person, stranger: Person) -> None:
    submit(stranger)
    for _ in range(40):
        submit(owner)
    drain(21)
    for _ in range(10):
        submit(stranger)
    shares = Counter(job.organization_id for job in drain(10))
    assert shares[stranger.organization.pk] == pytest.approx(5, abs=1)


def test_a_rescued_job_is_next(owner: Person, stranger: Person) -> None:
    lost = submit(owner)
    running = claim_next(worker="dead")
    for _ in range(5):
        submit(owner)
        submit(stranger)
    assert ids([running]) == ids([lost])
    assert verbs.rescue(verbs.process_condition("dead"), max_crashes=9, batch=1)
    assert ids([claim_next()]) == ids([lost])


def test_a_retried_job_takes_its_turn_like_a_new_one(owner: Person, stranger: Person) -> None:
    submit(owner)
    failed = claim_next()
    assert failed is not None
    assert verbs.fail(failed, TIMED_OUT)
    waiting = [submit(stranger), submit(owner)]
    verbs.retry(failed.pk)
    assert ids(drain(3)) == ids([*waiting, failed])


def test_a_job_of_an_unknown_type_holds_up_no_other(owner: Person) -> None:
    Job.objects.filter(pk=submit(owner).pk).update(type="of_another_release")
    known = submit(owner)
    assert ids([claim_next()]) == ids([known])


def test_a_locked_job_holds_up_no_other(owner: Person) -> None:
    first, second = submit(owner), submit(owner)
    assert verbs.claim(first.pk, 1, worker="w", lease=LEASE)
    assert ids([claim_next()]) == ids([second])
