"""The demo's client reads streams as browsers do, and says what went wrong."""

import socket

import pytest
from pytest_httpserver import HTTPServer

from config.stack.api import Api, ApiFailed, events


def test_events_are_read_as_the_standard_says() -> None:
    lines = [
        b": a comment\n",
        b"retry: 2000\n",
        b"\n",
        b"id: 7\r\n",
        b"event: progress\r\n",
        b'data: {"progress":\r\n',
        b"data: 40}\r\n",
        b"\r\n",
        b'data:{"bare": true}\n',
        b"\n",
        b'event: end\ndata: {"cut": "off"}\n',
    ]
    assert list(events(lines)) == [("progress", {"progress": 40}), ("message", {"bare": True})]


def test_a_refusal_shows_the_status_and_the_problem(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/v1/jobs").respond_with_data("no such type", status=422)
    with pytest.raises(ApiFailed, match="POST jobs: 422 no such type"):
        Api(url=httpserver.url_for(""), key="k").submit("unknown", {})


def test_a_stream_without_an_end_is_a_failure(httpserver: HTTPServer) -> None:
    cut = 'event: progress\ndata: {"progress": 40}\n\n'
    httpserver.expect_request("/api/v1/jobs/1/stream").respond_with_data(cut)
    followed = Api(url=httpserver.url_for(""), key="k").follow("1")
    assert next(followed) == ("progress", {"progress": 40})
    with pytest.raises(ApiFailed, match="job 1 broke off"):
        next(followed)


def test_a_server_that_does_not_answer_is_named_with_the_request() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(ApiFailed, match="GET jobs: the server does not answer"):
            Api(url=url, key="k").get("jobs")
