"""The detail of an error says what to do."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from jobs.models.tenants import ApiKey
from tests.people import Person

JOBS = "/api/v1/jobs"


def refused(answer: Any, status: int, code: str) -> str:
    """Give the words of a refusal."""
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    return str(answer.json()["detail"])


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_the_error_of_a_wrong_content_type_names_the_right_one(owner: Person, kind: str) -> None:
    answer = owner.client.post(JOBS, b"{}", content_type=kind)
    assert "application/json" in refused(answer, 415, "unsupported_media_type")
    answer = owner.client.post("/api/v1/documents", b"{}", content_type=kind)
    assert "multipart/form-data" in refused(answer, 415, "unsupported_media_type")


def test_the_error_of_a_wrong_accept_header_names_the_right_type(owner: Person) -> None:
    answer = owner.client.get(JOBS, headers={"Accept": "application/xml"})
    assert "application/json" in refused(answer, 406, "not_acceptable")


def test_the_error_without_a_credential_names_the_header(db: None) -> None:
    assert "Authorization: Bearer" in refused(APIClient().get(JOBS), 401, "not_authenticated")


def test_the_error_without_a_scope_names_the_scope(owner: Person) -> None:
    ApiKey.objects.update(scopes=["jobs:read"])
    assert "jobs:write" in refused(owner.client.post(JOBS, {}, "json"), 403, "permission_denied")
    keys = owner.client.post("/api/v1/api-keys", {}, "json")
    assert "admin" in refused(keys, 403, "permission_denied")


def test_the_error_of_an_unknown_host_names_the_setting(owner: Person) -> None:
    answer = owner.client.get(JOBS, headers={"Host": "evil.example"})
    assert "ALLOWED_HOSTS" in refused(answer, 400, "bad_request")


@pytest.mark.parametrize("cursor", ["nonsense", "cD0x", "cD0yMDI2LTAxLTAx"])
def test_the_error_of_an_invalid_cursor_names_next(owner: Person, cursor: str) -> None:
    answer = owner.client.get(JOBS, {"cursor": cursor})
    assert "`next`" in refused(answer, 422, "invalid_input")
    assert answer.json()["errors"][0]["pointer"] == "/cursor"
