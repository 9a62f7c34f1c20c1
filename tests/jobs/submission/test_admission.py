"""Limits on active jobs hold, also for parallel submissions."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection

from jobs import registry
from jobs.errors import LimitReached
from jobs.models import Job
from jobs.models.tenants import Organization
from jobs.registry import Limit
from jobs.submission.control import cancel_job
from jobs.submission.submit import submit_job
from tests.people import Person, make_person


def submit(person: Person, type: str = "limited") -> Job:
    return submit_job(type, {"text": "x"}, owner=person.user, organization=person.organization)


def test_a_refused_submission_names_the_limit(owner: Person) -> None:
    for _ in range(3):
        submit(owner)
    with pytest.raises(LimitReached) as refused:
        submit(owner)
    assert (refused.value.limit, refused.value.size, refused.value.in_use) == ("user", 3, 3)
    assert Job.objects.count() == 3


def test_an_ended_job_does_not_count(owner: Person) -> None:
    first = submit(owner)
    for _ in range(2):
        submit(owner)
    cancel_job(first, actor="olga")
    assert submit(owner).state == "pending"


def test_another_user_has_a_limit_of_their_own(owner: Person, teammate: Person) -> None:
    for _ in range(3):
        submit(owner)
    assert submit(teammate).state == "pending"


def test_an_organization_may_have_its_own_limits(owner: Person) -> None:
    owner.organization.limits = {"limited": {"user": 1}, "user": 2}
    submit(owner)
    with pytest.raises(LimitReached, match="limit of 1 active"):
        submit(owner)


def test_the_error_names_the_reached_limit_among_several(
    owner: Person, teammate: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = tuple(Limit(scope=scope, size=3) for scope in ("user", "organization", "subject"))
    declared = replace(registry.get("limited"), limits=limits)
    monkeypatch.setitem(registry._types, "limited", declared)
    for person in (owner, teammate, teammate):
        submit(person)
    with pytest.raises(LimitReached) as refused:
        submit(owner)
    assert (refused.value.limit, refused.value.size, refused.value.in_use) == ("organization", 3, 3)


@pytest.mark.parametrize("size", [10**10, 10**100])
def test_a_limit_may_be_any_large_number(owner: Person, size: int) -> None:
    owner.organization.limits = {"user": size}
    assert submit(owner).state == "pending"


@pytest.mark.django_db(transaction=True)
def test_parallel_submissions_never_admit_more_than_the_limit() -> None:
    person = make_person("olga", Organization.objects.create(name="Acme", slug="acme"))

    def attempt(_: int) -> bool:
        try:
            submit(person)
        except LimitReached:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(attempt, range(24)))
    assert sum(admitted) == 3
    assert Job.objects.count() == 3
