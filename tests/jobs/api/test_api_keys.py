"""API keys: shown once, scoped, revoked at once, with the time of their last use."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from jobs.models.tenants import ApiKey
from tests.people import Person

URL = "/api/v1/api-keys"


@pytest.fixture
def admin(owner: Person) -> Person:
    owner.user.api_keys.update(scopes=["admin"])
    return owner


def made(person: Person, **body: object) -> tuple[str, APIClient]:
    response = person.client.post(URL, {"name": "ci", **body}, "json")
    assert response.status_code == 201, response.json()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {response.json()['key']}")
    return response.json()["id"], client


def test_a_key_is_shown_once_and_works(admin: Person) -> None:
    response = admin.client.post(URL, {"name": "ci", "scopes": ["jobs:read"]}, "json")
    key = response.json()
    assert (response.status_code, response.headers["Cache-Control"]) == (201, "no-store")
    assert response.headers["Location"] == f"{URL}/{key['id']}"
    assert key["key"].startswith(key["hint"])
    for shown in (
        admin.client.get(URL).json()["results"][0],
        admin.client.get(f"{URL}/{key['id']}").json(),
    ):
        assert (shown["id"], shown["scopes"], "key" in shown) == (key["id"], ["jobs:read"], False)
    assert key["key"] not in str(ApiKey.objects.filter(pk=key["id"]).values())


def test_a_revoked_key_is_refused_from_its_next_request_on(admin: Person) -> None:
    key, client = made(admin)
    assert client.get("/api/v1/jobs").status_code == 200
    assert admin.client.delete(f"{URL}/{key}").status_code == 204
    response = client.get("/api/v1/jobs")
    assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")
    assert ApiKey.objects.get(pk=key).revoked_at is not None  # for the operators


def test_a_key_that_has_expired_is_refused(admin: Person) -> None:
    key, client = made(admin, expires_at=(timezone.now() + timedelta(hours=1)).isoformat())
    assert client.get("/api/v1/jobs").status_code == 200
    ApiKey.objects.filter(pk=key).update(expires_at=timezone.now())
    assert client.get("/api/v1/jobs").status_code == 401


def test_a_key_of_a_former_member_is_refused(admin: Person) -> None:
    _, client = made(admin)
    admin.user.memberships.all().delete()
    assert client.get("/api/v1/jobs").status_code == 401


@pytest.mark.parametrize(
    ("scopes", "statuses"),
    [
        (["jobs:read"], (200, 403, 403)),
        (["jobs:write"], (403, 202, 403)),
        (["jobs:read", "jobs:write"], (200, 202, 403)),
        (["admin"], (200, 202, 200)),
    ],
)
def test_a_key_has_the_rights_of_its_scopes(
    admin: Person, scopes: list[str], statuses: tuple[int, ...]
) -> None:
    _, client = made(admin, scopes=scopes)
    submitted = client.post("/api/v1/jobs", {"type": "echo", "input": {}}, "json")
    responses = client.get("/api/v1/jobs"), submitted, client.get(URL)
    assert tuple(response.status_code for response in responses) == statuses


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["root"]},
        {"name": "x", "expires_at": "2020-01-01T00:00:00Z"},
        {"name": "x", "expires_at": "9999-12-31T23:59:59Z"},
        {"name": "x", "user": 1},
    ],
)
def test_an_invalid_key_is_not_created(admin: Person, body: dict[str, object]) -> None:
    response = admin.client.post(URL, body, "json")
    assert (response.status_code, response.json()["code"]) == (422, "invalid_input")
    assert ApiKey.objects.count() == 1


def test_the_use_of_a_key_is_recorded_once_a_minute(owner: Person) -> None:
    def used() -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert owner.client.get("/api/v1/jobs").status_code == 200
        return [query["sql"] for query in queries if 'last_used_at" =' in query["sql"]]

    assert (len(used()), used()) == (1, [])
    minute_ago = timezone.now() - timedelta(minutes=1)
    owner.user.api_keys.update(last_used_at=minute_ago)
    used()
    assert owner.user.api_keys.filter(last_used_at__gt=minute_ago).exists()
