"""The OpenAPI description and its page are public, and their errors are problems."""

import pytest
from rest_framework.test import APIClient

DESCRIPTION, PAGE = "/api/v1/openapi.json", "/api/v1/docs/"


@pytest.fixture
def client() -> APIClient:
    return APIClient(raise_request_exception=False)


@pytest.mark.parametrize("accept", ["application/json", "text/html", "application/yaml", "*/*"])
@pytest.mark.parametrize(("path", "kind"), [(DESCRIPTION, "+json"), (PAGE, "text/html")])
def test_any_accept_header_is_accepted(
    client: APIClient, path: str, kind: str, accept: str
) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert (response.status_code, kind in response.headers["Content-Type"]) == (200, True)


@pytest.mark.parametrize("path", [DESCRIPTION, PAGE])
def test_an_invalid_credential_is_ignored(client: APIClient, path: str) -> None:
    assert client.get(path, headers={"Authorization": "Bearer cvy_revoked"}).status_code == 200


@pytest.mark.parametrize("path", [DESCRIPTION, PAGE])
def test_an_error_is_a_problem_and_options_are_allowed(client: APIClient, path: str) -> None:
    refused = client.post(path, {}, "json")
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    assert client.options(path).status_code == 200
    assert client.head(path).status_code == 200
