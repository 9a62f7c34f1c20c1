"""The client follows a job over broken connections without repeating an event."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from jobs.client import Client, NotFound
from jobs.client import client as client_module
from tests.jobs.client.test_calls import JOB, refusal

PATH = "/api/v1/jobs/1/stream"


@pytest.fixture
def client(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(client_module, "FIRST_WAIT_SECONDS", 0.0)
    return Client(httpserver.url_for(""), "k", retry_window=60)


def frame(name: str, data: Any, id: int | None = None) -> str:
    return (f"id: {id}\n" if id else "") + f"event: {name}\ndata: {json.dumps(data)}\n\n"


def serve(httpserver: HTTPServer, *answers: Response) -> list[str | None]:
    """Give these answers, one a connection; list the ids that were brought back."""
    brought: list[str | None] = []

    def answer(request: Request) -> Response:
        brought.append(request.headers.get("Last-Event-ID"))
        return answers[len(brought) - 1]

    httpserver.expect_request(PATH).respond_with_handler(answer)
    return brought


def stream(*frames: str) -> Response:
    return Response("retry: 1\n\n" + "".join(frames), content_type="text/event-stream")


def test_a_broken_stream_is_resumed_after_its_last_event(
    httpserver: HTTPServer, client: Client
) -> None:
    brought = serve(
        httpserver,
        stream(frame("snapshot", JOB, 1), frame("state", {"number": 2}, 2), "id: 3\ndata: {"),
        refusal(503, "database_unavailable"),
        stream(frame("snapshot", JOB), frame("state", {"number": 3}, 3), frame("end", JOB)),
    )
    events = list(client.follow("1"))
    assert brought == [None, "2", "2"]
    assert [(event.name, event.id) for event in events] == [
        ("snapshot", "1"),
        ("state", "2"),
        ("snapshot", "2"),
        ("state", "3"),
        ("end", "3"),
    ]


def test_a_stream_beyond_the_limit_is_retried(httpserver: HTTPServer, client: Client) -> None:
    serve(
        httpserver,
        refusal(429, "too_many_streams", Retry_After="0"),
        stream(frame("end", {**JOB, "state": "completed", "output": {"text": "x"}})),
    )
    done = client.wait("1", timeout=60)
    assert (done.has_ended, done.output) == (True, {"text": "x"})


@pytest.mark.parametrize("status", [502, 504])
def test_a_bad_gateway_is_retried(httpserver: HTTPServer, client: Client, status: int) -> None:
    brought = serve(
        httpserver,
        stream(frame("state", {"number": 2}, 2)),
        Response("<h1>Bad Gateway</h1>", status),
        stream(frame("end", {**JOB, "state": "completed"})),
    )
    assert client.wait("1", timeout=60).has_ended
    assert brought == [None, "2", "2"]


def test_a_missing_job_raises_not_found(httpserver: HTTPServer, client: Client) -> None:
    serve(httpserver, refusal(404, "not_found"))
    with pytest.raises(NotFound):
        next(client.follow("1"))


def test_a_job_that_does_not_end_raises_a_timeout(httpserver: HTTPServer, client: Client) -> None:
    def for_ever() -> Iterator[bytes]:
        yield frame("snapshot", JOB, 1).encode()
        for _ in itertools.count():
            yield b": still here\n\n"  # no event: only the deadline ends this

    serve(httpserver, Response(for_ever(), content_type="text/event-stream"))
    with pytest.raises(TimeoutError, match=r"Job 1 has not ended within 0\.3 s"):
        client.wait("1", timeout=0.3)
