"""Bad input gets a clear problem, and nothing is stored."""

import json
from typing import Any

import pytest

from jobs.models import Job
from tests.people import Person

GOOD: dict[str, Any] = {"type": "echo", "input": {"text": "x"}}


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ({**GOOD, "type": "nope"}, 422, "unknown_job_type", "/type"),
        ({**GOOD, "input": {"text": 1}}, 422, "invalid_input", "/input/text"),
        ({**GOOD, "input": {"text": "x", "more": 1}}, 422, "invalid_input", "/input/more"),
        ({**GOOD, "input": []}, 422, "invalid_input", "/input"),
        ({**GOOD, "priority": 10}, 422, "invalid_input", "/priority"),
        ({**GOOD, "priority": True}, 422, "invalid_input", "/priority"),
        ({**GOOD, "unknown": 1}, 422, "invalid_input", "/unknown"),
        ({**GOOD, "labels": {"a b": "c"}}, 422, "invalid_input", "/labels/a b"),
        ({**GOOD, "run_at": "4102444800"}, 422, "invalid_input", "/run_at"),
        ({**GOOD, "run_at": "9999-12-31T23:59:59Z"}, 422, "invalid_input", ""),
        ({**GOOD, "run_at": "2026-01-01T00:00:00"}, 422, "invalid_input", "/run_at"),
        ({**GOOD, "input": {"text": "x" * 300_000}}, 413, "invalid_input", "/input"),
        ([], 422, "invalid_input", ""),
        (None, 422, "invalid_input", ""),
    ],
)
def test_an_invalid_body_is_refused(
    owner: Person, body: Any, status: int, code: str, pointer: str
) -> None:
    response = owner.client.post("/api/v1/jobs", json.dumps(body), content_type="application/json")
    problem = response.json()
    assert (response.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert pointer in [fault["pointer"] for fault in problem["errors"]]
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"type": "echo", "input": {"text": "\\u0000"}}',
        b'{"type": "echo", "input": {"text": "\\ud800"}}',
        b'{"type": "echo", "input": {"\\u0000": 1}}',
        b'{"type": "echo", "input": {"text": NaN}}',
        b'{"type": "stepping", "input": {"ledger": "x", "pause": 1e999}}',
        b"[" * 100_000,
        b"1" * 10_000,
    ],
)
def test_a_body_that_is_not_storable_json_is_refused(owner: Person, body: bytes) -> None:
    response = owner.client.post("/api/v1/jobs", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "parse_error")
    assert Job.objects.count() == 0


def test_a_text_that_looks_like_an_escape_is_accepted(owner: Person) -> None:
    body = {"type": "echo", "input": {"text": "\\u0000 é 🦊"}}
    response = owner.client.post("/api/v1/jobs", body, "json")
    assert (response.status_code, response.json()["input"]["text"]) == (202, "\\u0000 é 🦊")


def test_an_enormous_body_is_refused(owner: Person) -> None:
    response = owner.client.post(
        "/api/v1/jobs", b'"' + b"x" * 1_100_000, content_type="application/json"
    )
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_a_form_is_refused(owner: Person) -> None:
    response = owner.client.post("/api/v1/jobs", {"type": "echo"})
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/v1/nothing", 404),
        ("get", "/api/v1/jobs/not-a-uuid", 404),
        ("delete", "/api/v1/jobs", 405),
        ("get", "/api/v1/jobs?state=nope", 422),
        ("get", "/api/v1/jobs?created_after=yesterday", 422),
        ("get", "/api/v1/jobs?created_after=1767225600", 422),
        ("get", "/api/v1/jobs?surprise=1", 422),
        ("get", "/api/v1/jobs?cursor=nonsense", 422),
    ],
)
def test_every_error_has_the_same_shape(owner: Person, method: str, path: str, status: int) -> None:
    response = getattr(owner.client, method)(path)
    problem = response.json()
    assert (response.status_code, problem["status"]) == (status, status)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "code", "detail"} <= problem.keys()


def test_the_error_of_a_limit_has_its_name_and_retry_after(owner: Person) -> None:
    body = {"type": "limited", "input": {"text": "x"}}
    for _ in range(3):
        assert owner.client.post("/api/v1/jobs", body, "json").status_code == 202
    response = owner.client.post("/api/v1/jobs", body, "json")
    problem = response.json()
    assert (response.status_code, problem["code"]) == (429, "limit_reached")
    assert (problem["limit"], problem["size"], problem["in_use"]) == ("user", 3, 3)
    assert int(response.headers["Retry-After"]) > 0


def test_a_request_for_an_unknown_host_gets_a_problem(owner: Person) -> None:
    response = owner.client.get("/api/v1/jobs", headers={"Host": "evil.example"})
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")
    assert response.headers["Content-Type"] == "application/problem+json"


def test_an_integer_with_a_decimal_point_is_accepted(owner: Person) -> None:
    response = owner.client.post("/api/v1/jobs", {**GOOD, "priority": 7.0}, "json")
    assert (response.status_code, response.json()["priority"]) == (202, 7)
    assert owner.client.post("/api/v1/jobs", {**GOOD, "priority": 7.5}, "json").status_code == 422
