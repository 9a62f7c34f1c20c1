"""Streams go to the event loop, everything else to threads."""

import asyncio
from typing import Any

import pytest

from config import web
from config.web import is_stream
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
def test_only_paths_of_the_api_that_end_in_stream_are_streams(path: str, stream: bool) -> None:
    assert is_stream(scope(path)) is stream


def test_a_stream_is_given_no_body(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    async def take(_: Any, receive: Any, __: Any) -> None:
        given.append(await receive())

    monkeypatch.setattr(web, "streams", take)
    client = Connection(b"endless", ends=False)
    about = scope("/api/v1/jobs/stream", method="POST")
    asyncio.run(web.application(about, client.receive, client.send))
    assert given == [{"type": "http.request", "body": b"", "more_body": False}]
