"""A streamed response is sent in parts, and its slow reader holds no thread."""

import asyncio
from collections.abc import Iterator
from typing import Any

from config.wsgi_bridge import CHUNK_BYTES, WsgiBridge, WsgiLimits
from tests.config.asgi_client import Connection, scope

PART = b"x" * (CHUNK_BYTES // 2)


class InParts:
    """A streaming response, as Django's FileResponse is one."""

    streaming = True

    def __init__(self, parts: int) -> None:
        self.left = parts
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        while self.left:
            self.left -= 1
            yield PART

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


def serving(response: InParts) -> WsgiBridge:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return [b"small"] if environ["PATH_INFO"] == "/small" else response

    return WsgiBridge(app, WsgiLimits(threads=1))


def test_small_parts_are_joined_and_the_response_is_closed() -> None:
    response = InParts(5)

    async def exchange() -> Connection:
        return await Connection().request(serving(response), scope())

    answer = asyncio.run(exchange())
    assert answer.body == PART * 5
    assert [len(message["body"]) for message in answer.sent[1:]] == [
        CHUNK_BYTES,
        CHUNK_BYTES,
        CHUNK_BYTES // 2,
        0,
    ]
    assert response.closed


def test_a_client_that_disconnects_ends_the_response() -> None:
    response = InParts(1000)

    async def exchange() -> None:
        connection = Connection()
        bridge = serving(response)
        connection.writable.clear()
        asking = asyncio.create_task(connection.request(bridge, scope()))
        connection.close()
        connection.writable.set()
        await asking

    asyncio.run(exchange())
    assert response.left > 900
    assert response.closed


def test_a_slow_reader_does_not_block_others() -> None:
    async def exchange() -> Connection:
        slow, bridge = Connection(), serving(InParts(1000))
        slow.writable.clear()
        asking = asyncio.create_task(slow.request(bridge, scope()))
        answer = await Connection().request(bridge, scope("/small"))
        assert not asking.done()
        slow.close()
        slow.writable.set()
        await asking
        return answer

    assert asyncio.run(exchange()).body == b"small"
