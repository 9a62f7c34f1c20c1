"""Requests of the client, their retries and their errors."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from jobs.client import Client, Conflict, InvalidRequest, LimitReached, NotFound, Unreachable
from jobs.client import transport as transport_module

JOB: dict[str, Any] = {
    "id": "0199",
    "type": "echo",
    "state": "pending",
    "progress": 0,
    "message": "",
    "attempt": 0,
    "input": {},
    "output": None,
    "error": None,
    "created_at": "2026-01-01T00:00:00Z",
    "finished_at": None,
}


@pytest.fixture
def client(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(transport_module, "FIRST_WAIT_SECONDS", 0.0)
    return Client(httpserver.url_for(""), "k", retry_window=60)


def refusal(status: int, code: str, **headers: str) -> Response:
    body = {"status": status, "code": code, "detail": "No.", "limit": "user"}
    return Response(
        json.dumps(body), status, headers={k.replace("_", "-"): headers[k] for k in headers}
    )


def test_a_retried_submission_keeps_its_idempotency_key(
    httpserver: HTTPServer, client: Client
) -> None:
    seen: list[Request] = []
    answers = [
        refusal(503, "database_unavailable"),
        refusal(429, "limit_reached", Retry_After="0"),
        refusal(409, "in_flight", Retry_After="0"),
        Response(json.dumps(JOB), 202),
    ]

    def answer(request: Request) -> Response:
        seen.append(request)
        return answers[len(seen) - 1]

    httpserver.expect_request("/api/v1/jobs", method="POST").respond_with_handler(answer)
    job = client.submit("echo", {"text": "x"}, priority=7)
    assert (job.id, job.has_ended, job.created_at.year) == ("0199", False, 2026)
    assert len({request.headers["Idempotency-Key"] for request in seen}) == 1
    assert seen[0].json == {"type": "echo", "input": {"text": "x"}, "priority": 7}
    assert seen[0].headers["Authorization"] == "Bearer k"


def test_two_submissions_have_two_idempotency_keys(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request("/api/v1/jobs").respond_with_json(JOB)
    client.submit("echo", {})
    client.submit("echo", {})
    client.submit("echo", {}, idempotency_key="mine")
    keys = [request.headers["Idempotency-Key"] for request, _ in httpserver.log]
    assert len(set(keys)) == 3
    assert keys[2] == "mine"


def test_a_unique_submission_says_whether_the_job_existed(
    httpserver: HTTPServer, client: Client
) -> None:
    httpserver.expect_request("/api/v1/jobs").respond_with_json({**JOB, "found": True})
    assert client.submit("echo", {}, unique={"key": "k"}).is_found
    assert httpserver.log[0][0].json["unique"] == {"key": "k"}
    httpserver.clear()
    httpserver.expect_request("/api/v1/jobs").respond_with_json(JOB)
    assert not client.submit("echo", {}, debounce={"key": "k", "seconds": 5}).is_found


def test_the_error_of_a_limit_has_its_figures(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_request("/api/v1/jobs").respond_with_response(
        refusal(429, "limit_reached", Retry_After="600")
    )
    with pytest.raises(LimitReached) as caught:
        client.submit("echo", {})
    problem = caught.value
    assert (problem.status, problem.code, problem.retry_after) == (429, "limit_reached", 600)
    assert problem.data["limit"] == "user"
    assert len(httpserver.log) == 1  # ten minutes are more than its retry window


def test_the_error_of_a_rejected_request_names_each_fault(
    httpserver: HTTPServer, client: Client
) -> None:
    fault = {"pointer": "/input/text", "code": "string_type", "detail": "Not a text."}
    body = {"code": "invalid_input", "detail": "It does not fit.", "errors": [fault]}
    httpserver.expect_request("/api/v1/jobs").respond_with_json(body, status=422)
    with pytest.raises(InvalidRequest, match=r"/input/text: Not a text\.") as caught:
        client.submit("echo", {"text": 1})
    assert [error.pointer for error in caught.value.errors] == ["/input/text"]


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (409, Conflict)])
def test_each_kind_of_problem_has_its_error(
    httpserver: HTTPServer, client: Client, status: int, kind: type[Exception]
) -> None:
    httpserver.expect_request("/api/v1/jobs/a%2Fb/cancel").respond_with_data("<h1>", status)
    httpserver.expect_request("/api/v1/jobs/a/cancel").respond_with_data("<h1>", status)
    with pytest.raises(kind, match=f"{status} http_{status}: <h1>"):
        client.cancel("a")


def test_the_error_of_a_silent_server_names_the_request(client: Client) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(Unreachable, match=f"GET jobs/1: no answer of {url}"):
            Client(url, "k", retry_window=0).job("1")


def test_files_are_uploaded_in_order(
    httpserver: HTTPServer, client: Client, tmp_path: Path
) -> None:
    one, two = tmp_path / 'a "b".txt', tmp_path / "c.pdf"
    one.write_bytes(b"first")
    two.write_bytes(b"\x00" * 200_000)

    def answer(request: Request) -> Response:
        sent = [(f.filename, f.mimetype, len(f.read())) for f in request.files.getlist("files")]
        return Response(json.dumps([{"sent": one} for one in sent]), 201)

    httpserver.expect_request("/api/v1/documents").respond_with_handler(answer)
    assert [document["sent"] for document in client.upload([one, str(two)])] == [
        ['a "b".txt', "text/plain", 5],
        ["c.pdf", "application/pdf", 200_000],
    ]
