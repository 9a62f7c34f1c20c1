"""Limits of an organization: what members read, and what operators change."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from jobs.errors import LimitReached
from jobs.lifecycle import dependencies, verbs
from jobs.lifecycle.failures import TIMED_OUT
from jobs.models import Job, Organization
from jobs.submission.submit import JobOptions, submit_job
from jobs.tenancy.rls import as_operator, as_tenant
from tests.jobs.conftest import LEASE
from tests.people import Person

RESEARCH = "evidence_search"


def submit(person: Person, type: str = "limited", subject: str = "") -> Job:
    return submit_job(
        type,
        {"query": "piles"} if type == RESEARCH else {"text": "x"},
        owner=person.user,
        organization=person.organization,
        options=JobOptions(subject=subject),
    )


def read(person: Person, path: str = "limits") -> dict[str, Any]:
    response = person.client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.json()
    found: dict[str, Any] = response.json()
    return found


def in_use(body: dict[str, Any], type: str) -> dict[str, int]:
    return {row["scope"]: row["in_use"] for row in body["limits"] if row["type"] == type}


def sizes(body: dict[str, Any], type: str) -> dict[str, tuple[int, int]]:
    return {
        row["scope"]: (row["size"], row["default"]) for row in body["limits"] if row["type"] == type
    }


def path_of(organization: Organization) -> str:
    return f"organizations/{organization.pk}/limits"


@pytest.fixture
def operator(stranger: Person) -> Person:
    """Give an operator, who is a member of another organization."""
    stranger.user.is_staff = True
    stranger.user.save()
    stranger.user.api_keys.update(scopes=["admin"])
    return stranger


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


@pytest.mark.parametrize(
    ("overrides", "pointer", "code"),
    [
        ({"user": -1}, "/overrides/user", "invalid"),
        ({"user": "3"}, "/overrides/user", "invalid"),
        ({"teams": 3}, "/overrides/teams", "invalid"),
        ({"limited": {"user": None}}, "/overrides/limited/user", "invalid"),
        ({"limited": {"teams": 3}}, "/overrides/limited/teams", "invalid"),
        ({"limited": {"subject": 3}}, "/overrides/limited/subject", "invalid"),
        ({"no/type": {"user": 3}}, "/overrides/no~1type", "unknown_job_type"),
        ([], "/overrides", "dict_type"),
    ],
)
def test_limits_that_are_not_valid_are_refused(
    operator: Person, overrides: Any, pointer: str, code: str
) -> None:
    path = f"/api/v1/{path_of(operator.organization)}"
    response = operator.client.put(path, {"overrides": overrides, "weight": 1}, "json")
    assert response.status_code == 422
    assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [
        (pointer, code)
    ]


@pytest.mark.parametrize("weight", [0, -1, 1001, "2", None])
def test_a_weight_that_is_not_valid_is_refused(operator: Person, weight: Any) -> None:
    path = f"/api/v1/{path_of(operator.organization)}"
    response = operator.client.put(path, {"overrides": {}, "weight": weight}, "json")
    assert response.status_code == 422
    assert [each["pointer"] for each in response.json()["errors"]] == ["/weight"]


def test_an_operator_leaves_the_role_of_the_tenant_for_a_block_alone(
    owner: Person, stranger: Person
) -> None:
    with as_tenant(owner.organization.pk):
        with as_operator():
            assert Organization.objects.count() == 2
        assert Organization.objects.get() == owner.organization
        with pytest.raises(KeyError), as_operator():
            raise KeyError
        assert Organization.objects.get() == owner.organization


def limits(*arguments: str) -> dict[tuple[str, str], list[str]]:
    out = io.StringIO()
    call_command("limits", *arguments, stdout=out)
    rows = [line.split() for line in out.getvalue().splitlines()[2:]]
    return {(name, scope): numbers for name, scope, *numbers in rows}


def test_the_command_prints_and_changes_limits(owner: Person) -> None:
    submit(owner)
    assert limits("acme")["limited", "user"] == ["3", "3", "1"]
    changed = limits("acme", "--set", "user=1200", "--set", "limited.user=2")
    assert changed["limited", "user"] == ["2", "3", "1"]
    assert changed[RESEARCH, "user"] == ["1,200", "3", "0"]
    owner.organization.refresh_from_db()
    assert owner.organization.limits == {"user": 1200, "limited": {"user": 2}}
    assert limits("acme", "--weight", "0.5")["limited", "user"] == ["2", "3", "1"]
    owner.organization.refresh_from_db()
    assert (owner.organization.weight, owner.organization.limits["user"]) == (0.5, 1200)
    assert limits("acme", "--unset", "limited.user")["limited", "user"] == ["1,200", "3", "1"]
    assert limits("acme", "--unset", "user")["limited", "user"] == ["3", "3", "1"]
    owner.organization.refresh_from_db()
    assert owner.organization.limits == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "no organization with the slug nowhere"),
        (["acme", "--set", "user"], "is not .*TYPE.*SCOPE=N"),
        (["acme", "--set", "user=-1"], "is not .*TYPE.*SCOPE=N"),
        (["acme", "--set", "teams=1"], "use one of the scopes"),
        (["acme", "--set", "nothing.user=1"], "no job type nothing"),
        (["acme", "--unset", "user"], "user is not set"),
        (["acme", "--weight", "0"], "above 0"),
        (["acme", "--weight", "inf"], "at most 1000"),
    ],
)
def test_the_command_says_what_is_wrong(
    organization: Organization, arguments: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("limits", *arguments)
    organization.refresh_from_db()
    assert organization.limits == {}
