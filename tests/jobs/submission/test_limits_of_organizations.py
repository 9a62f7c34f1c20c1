"""Limits of an organization: what members read, and what operators change."""

from collections.abc import Callable

import pytest

from jobs.errors import LimitReached
from jobs.lifecycle import dependencies, verbs
from jobs.lifecycle.failures import TIMED_OUT
from jobs.models import Job
from tests.jobs.conftest import LEASE
from tests.jobs.submission.organization_limits import RESEARCH, in_use, path_of, read, sizes, submit
from tests.people import Person


def test_a_member_reads_sizes_and_jobs_in_use(
    owner: Person, teammate: Person, stranger: Person
) -> None:
    for person, subject in ((owner, "a"), (teammate, "a"), (teammate, "")):
        submit(person, RESEARCH, subject)
    submit(owner)
    assert sizes(read(owner), RESEARCH) == {
        "organization": (5, 5),
        "user": (3, 3),
        "subject": (2, 2),
    }
    assert in_use(read(owner), RESEARCH) == {"organization": 3, "user": 1, "subject": 2}
    assert in_use(read(teammate), RESEARCH) == {"organization": 3, "user": 2, "subject": 2}
    assert in_use(read(owner), "limited") == {"user": 1}
    assert in_use(read(stranger), RESEARCH) == {"organization": 0, "user": 0, "subject": 0}
    assert read(owner)["organization"] == "acme"


def test_jobs_in_use_are_those_that_a_submission_counts(owner: Person) -> None:
    ways: list[Callable[[Job], object]] = [
        lambda job: verbs.back_off(job, TIMED_OUT, wait=LEASE, uncounted=False),  # counts
        lambda job: verbs.complete(job, {}),
        lambda job: dependencies.split(job, job.pk),  # waits for others, since it has no parts
        lambda job: None,  # runs
    ]
    for leave in ways:
        claimed = verbs.claim(submit(owner).pk, 1, worker="w", lease=LEASE)
        assert claimed is not None
        leave(claimed)
    assert in_use(read(owner), "limited") == {"user": 2}
    submit(owner)
    with pytest.raises(LimitReached) as refused:
        submit(owner)
    assert refused.value.in_use == in_use(read(owner), "limited")["user"] == 3


def test_an_operator_changes_the_limits_of_another_organization(
    owner: Person, operator: Person
) -> None:
    path = path_of(owner.organization)
    overrides = {"user": 1, RESEARCH: {"organization": 9}}
    response = operator.client.put(
        f"/api/v1/{path}", {"overrides": overrides, "weight": 2.5}, "json"
    )
    assert response.status_code == 200
    assert response.json() == read(operator, path)
    assert response.json()["overrides"] == read(owner)["overrides"] == overrides
    assert (read(owner)["weight"], read(operator)["weight"]) == (2.5, 1)
    assert sizes(read(owner), RESEARCH) == {
        "organization": (9, 5),
        "user": (1, 3),
        "subject": (2, 2),
    }
    assert sizes(read(operator), RESEARCH)["user"] == (3, 3)
    owner.organization.refresh_from_db()
    submit(owner)
    with pytest.raises(LimitReached):
        submit(owner)
    assert in_use(read(operator, path), "limited") == {"user": 1}
    operator.client.put(f"/api/v1/{path}", {"overrides": {}, "weight": 1}, "json")
    assert sizes(read(owner), RESEARCH)["user"] == (3, 3)


def test_an_operator_sees_the_user_with_most_jobs(
    owner: Person, teammate: Person, operator: Person
) -> None:
    for person in (owner, teammate, teammate):
        submit(person)
    assert in_use(read(operator, path_of(owner.organization)), "limited") == {"user": 2}


def test_only_operators_with_the_scope_admin_are_admitted(
    owner: Person, teammate: Person, operator: Person
) -> None:
    path = f"/api/v1/{path_of(owner.organization)}"
    teammate.user.api_keys.update(scopes=["admin"])  # not staff
    operator.user.api_keys.update(scopes=["jobs:write", "jobs:read"])
    for person in (owner, teammate, operator):
        for response in (
            person.client.get(path),
            person.client.put(path, {"overrides": {"user": 1}, "weight": 1}, "json"),
        ):
            assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    owner.organization.refresh_from_db()
    assert owner.organization.limits == {}


def test_an_unknown_organization_is_not_found(operator: Person) -> None:
    path = "/api/v1/organizations/01a22de8-0000-7000-8000-000000000000/limits"
    assert operator.client.get(path).status_code == 404
    assert operator.client.put(path, {"overrides": {}, "weight": 1}, "json").status_code == 404
