"""Request bodies are read before a thread is taken, and up to a limit."""

import asyncio
import json
from typing import Any

import pytest

from config import request_bodies
from config.request_bodies import BodyLimits, without_body
from config.wsgi_bridge import WsgiBridge, WsgiLimits
from tests.config.asgi_client import Connection, scope

calls: list[bytes] = []


def echo(environ: Any, start_response: Any) -> list[bytes]:
    body: bytes = environ["wsgi.input"].read()
    calls.append(body)
    start_response("200 OK", [("X-Echo", "yes")])
    return [body]


def bridge(**limits: float) -> WsgiBridge:
    calls.clear()
    bodies = BodyLimits(**{"max_body_bytes": 10, **limits})  # type: ignore[arg-type]  # by name
    return WsgiBridge(echo, WsgiLimits(threads=1, bodies=bodies))


def test_a_body_in_parts_arrives_complete() -> None:
    async def exchange() -> Connection:
        return await Connection(b"ab", b"cd", b"ef").request(bridge(), scope(method="POST"))

    response = asyncio.run(exchange())
    assert (response.status, response.body) == (200, b"abcdef")
    assert response.headers == {b"x-echo": b"yes"}


def test_an_announced_body_over_the_limit_is_refused_unread() -> None:
    async def exchange() -> Connection:
        about = scope(method="POST", headers=[(b"content-length", b"11")])
        return await Connection(b"never read").request(bridge(), about)

    response = asyncio.run(exchange())
    assert response.status == 413
    assert response.headers[b"content-type"] == b"application/problem+json"
    assert json.loads(response.body)["code"] == "too_large"
    assert calls == []


def test_a_chunked_body_is_refused_when_it_passes_the_limit() -> None:
    async def exchange() -> Connection:
        return await Connection(b"123456", b"78901", b"...").request(bridge(), scope(method="POST"))

    assert asyncio.run(exchange()).status == 413
    assert calls == []


def test_a_client_that_disconnects_during_its_upload_causes_no_call() -> None:
    async def exchange() -> Connection:
        connection = Connection(b"half", b"")
        await connection.receive()
        await connection.receive()
        connection.close()
        return await connection.request(bridge(), scope(method="POST"))

    assert asyncio.run(exchange()).sent == []
    assert calls == []


def test_a_slow_upload_does_not_block_others() -> None:
    async def exchange() -> Connection:
        one_thread = bridge()
        slow = asyncio.create_task(one_thread(scope(), asyncio.Event().wait, None))  # type: ignore[arg-type]  # never sends
        response = await Connection(b"quick").request(one_thread, scope(method="POST"))
        slow.cancel()
        return response

    assert asyncio.run(exchange()).body == b"quick"


def test_a_stalled_body_ends_by_the_timeout() -> None:
    async def exchange() -> Connection:
        stalled = Connection(b"ab", ends=False)
        return await stalled.request(bridge(idle_timeout_seconds=0.05), scope(method="POST"))

    response = asyncio.run(exchange())
    assert (response.status, json.loads(response.body)["code"]) == (408, "too_slow")
    assert response.headers[b"connection"] == b"close"
    assert calls == []


def test_a_trickling_body_ends_by_the_timeout() -> None:
    async def trickle(client: Connection) -> None:
        while True:
            client.upload(b"", more=True)
            await asyncio.sleep(0.01)

    async def exchange() -> Connection:
        client = Connection(b"ab", ends=False)
        drops = asyncio.create_task(trickle(client))
        await client.request(bridge(total_timeout_seconds=0.1), scope(method="POST"))
        drops.cancel()
        return client

    response = asyncio.run(exchange())
    assert (response.status, json.loads(response.body)["code"]) == (408, "too_slow")
    assert calls == []


def test_spooled_bodies_share_a_limit_and_small_ones_are_exempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_bodies, "MAX_MEMORY_BODY_BYTES", 4)

    async def exchange() -> list[Connection]:
        narrow = bridge(max_disk_bytes=12)
        half = Connection(b"123456", ends=False)
        waits = asyncio.create_task(half.request(narrow, scope(method="POST")))
        await half.wait_until_read()
        refused = await Connection(b"1234567").request(narrow, scope(method="POST"))
        fits = await Connection(b"123456").request(narrow, scope(method="POST"))
        half.upload(b"7890", more=True)
        await half.wait_until_read()
        small = await Connection(b"1234").request(narrow, scope(method="POST"))
        half.upload(b"")
        return [
            refused,
            fits,
            small,
            await waits,
            await Connection(b"1234567890").request(narrow, scope()),
        ]

    answers = asyncio.run(exchange())
    assert [response.status for response in answers] == [503, 200, 200, 200, 200]
    assert json.loads(answers[0].body)["code"] == "busy"
    assert answers[0].headers[b"retry-after"].isdigit()


def test_a_body_is_hidden_from_handlers_that_need_none() -> None:
    async def exchange() -> list[Any]:
        connection = Connection(b"much", b"more")
        connection.close()
        receive = without_body(connection.receive)
        return [await receive(), await receive()]

    begun, ended = asyncio.run(exchange())
    assert begun == {"type": "http.request", "body": b"", "more_body": False}
    assert ended == {"type": "http.disconnect"}
