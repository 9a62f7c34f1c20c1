"""The subject of a token is a user of this issuer, in the organization that the token names."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from jobs.models.tenants import Identity, Membership, Organization
from tests.jobs.api.conftest import bearer
from tests.jobs.api.identity_provider import Provider, token
from tests.people import Person


def test_a_subject_is_one_user_for_all_its_tokens(
    provider: Provider, organization: Organization
) -> None:
    for _ in range(2):
        assert bearer(token()).get("/api/v1/jobs").status_code == 200
    user = User.objects.get(username="user_2abc")
    assert (user.has_usable_password(), user.is_staff) == (False, False)
    assert Membership.objects.get().user == Identity.objects.get().user == user


def test_a_subject_is_not_a_local_user_of_the_same_name(provider: Provider, owner: Person) -> None:
    response = bearer(token(sub="olga")).post("/api/v1/jobs", {"type": "echo", "input": {}}, "json")
    assert response.json()["owner"].startswith("olga-")
    assert Identity.objects.get().user != owner.user


def test_a_subject_sees_the_jobs_of_its_organization_alone(
    provider: Provider, owner: Person, stranger: Person
) -> None:
    job = owner.client.post("/api/v1/jobs", {"type": "echo", "input": {}}, "json").json()["id"]
    statuses = [
        bearer(token(organization=slug)).get(f"/api/v1/jobs/{job}").status_code
        for slug in ("acme", "other")
    ]
    assert statuses == [200, 404]


@pytest.mark.parametrize(
    ("claim", "given"),
    [
        ("https://example.com/org", {"https://example.com/org": "acme"}),
        ("app_metadata.organization", {"app_metadata": {"organization": "acme"}}),
    ],
)
def test_the_organization_is_read_from_the_configured_claim(
    provider: Provider, organization: Organization, settings: Any, claim: str, given: Any
) -> None:
    settings.JWT_ORGANIZATION_CLAIM = claim
    assert bearer(token(**given)).get("/api/v1/jobs").status_code == 200
    assert bearer(token()).get("/api/v1/jobs").status_code == 403


@pytest.mark.parametrize("named", [None, "", "nowhere", 7, {"slug": "acme"}, "acme\x00"])
def test_a_token_of_an_unknown_organization_is_denied(
    provider: Provider, organization: Organization, named: Any
) -> None:
    response = bearer(token(organization=named)).get("/api/v1/jobs")
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert not User.objects.exists()


def test_a_token_without_an_organization_gets_no_earlier_one(
    provider: Provider, organization: Organization
) -> None:
    assert bearer(token()).get("/api/v1/jobs").status_code == 200
    assert bearer(token(organization=None)).get("/api/v1/jobs").status_code == 403


def test_an_inactive_user_is_refused(provider: Provider, organization: Organization) -> None:
    bearer(token()).get("/api/v1/jobs")
    User.objects.update(is_active=False)
    assert bearer(token()).get("/api/v1/jobs").status_code == 401
