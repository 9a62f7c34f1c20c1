"""Streams run on the event loop, everything else in threads."""

import asyncio
import json
from typing import Any

import pytest

from config import asgi
from config.asgi import is_stream
from jobs.api import problems
from tests.config.asgi_client import Connection, scope


@pytest.mark.parametrize(
    ("path", "stream"),
    [
        ("/api/v1/jobs/0190/stream", True),
        ("/api/v1/jobs/stream", True),
        ("/api/v1/jobs/0190", False),
        ("/api/v1/jobs/upstream", False),
        ("/admin/stream", False),
    ],
)
def test_a_stream_is_recognized_by_its_path(path: str, stream: bool) -> None:
    assert is_stream(scope(path)) is stream


def test_a_stream_receives_no_body(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    async def take(_: Any, receive: Any, __: Any) -> None:
        given.append(await receive())

    monkeypatch.setattr(asgi, "streams", take)
    client = Connection(b"endless", ends=False)
    about = scope("/api/v1/jobs/stream", method="POST")
    asyncio.run(asgi.application(about, client.receive, client.send))
    assert given == [{"type": "http.request", "body": b"", "more_body": False}]


@pytest.mark.parametrize("part", ["streams", "long_polling", "views"])
def test_an_exception_before_the_response_gives_a_problem(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(asgi, part, fail)
    path = "/api/v1/jobs/stream" if part == "streams" else "/api/v1/jobs/0190"
    about = scope(path, query_string=b"wait=5" if part == "long_polling" else b"")
    client = Connection()
    with pytest.raises(RuntimeError, match="broken"):  # for the server's log
        asyncio.run(asgi.application(about, client.receive, client.send))
    received = json.loads(client.body)
    assert client.status == 500
    assert received == problems.problem(500, "internal_error", received["detail"])
