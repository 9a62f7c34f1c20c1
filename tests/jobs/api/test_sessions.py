"""A browser reads with its session, and writes with its CSRF token as well."""

import pytest
from rest_framework.test import APIClient

from jobs.models import Job
from tests.people import Person

BODY = {"type": "echo", "input": {}}


@pytest.fixture
def browser(owner: Person) -> APIClient:
    client = APIClient(enforce_csrf_checks=True)
    client.login(username="olga", password="olga")
    return client


def test_a_read_needs_the_session_alone(browser: APIClient) -> None:
    assert browser.get("/api/v1/jobs").status_code == 200


def test_a_write_without_the_csrf_token_is_refused(browser: APIClient) -> None:
    response = browser.post("/api/v1/jobs", BODY, "json")
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert "CSRF" in response.json()["detail"]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert Job.objects.count() == 0


def test_a_write_with_the_csrf_token_is_accepted(browser: APIClient) -> None:
    browser.get("/admin/login/")  # a page with a form sets the cookie
    token = browser.cookies["csrftoken"].value
    response = browser.post("/api/v1/jobs", BODY, "json", HTTP_X_CSRFTOKEN=token)
    assert response.status_code == 202


def test_an_api_key_needs_no_csrf_token(owner: Person) -> None:
    owner.client.handler.enforce_csrf_checks = True
    assert owner.client.post("/api/v1/jobs", BODY, "json").status_code == 202


def test_a_user_without_an_organization_is_denied(browser: APIClient, owner: Person) -> None:
    owner.user.memberships.all().delete()
    response = browser.get("/api/v1/jobs")
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
