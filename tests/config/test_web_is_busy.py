"""Beyond the number of waiting requests, the web process refuses with Retry-After."""

import asyncio
import json
import threading
from typing import Any

from config.wsgi_bridge import WsgiBridge, WsgiLimits
from tests.config.asgi_client import Connection, scope


def test_a_request_beyond_the_limit_is_refused_and_the_others_are_served() -> None:
    entered, leave = threading.Event(), threading.Event()

    def block(_: Any, start_response: Any) -> list[bytes]:
        entered.set()
        assert leave.wait(30)
        start_response("204 No Content", [])
        return []

    async def exchange() -> tuple[Connection, list[Connection], Connection]:
        bridge = WsgiBridge(block, WsgiLimits(threads=1, max_waiting=1, retry_after_seconds=3))
        held = [asyncio.create_task(Connection().request(bridge, scope())) for _ in range(2)]
        await asyncio.to_thread(entered.wait, 30)
        refused = await Connection().request(bridge, scope())
        leave.set()
        answered = await asyncio.gather(*held)
        return refused, answered, await Connection().request(bridge, scope())

    refused, answered, later = asyncio.run(exchange())
    assert refused.status == 503
    assert refused.headers[b"retry-after"] == b"3"
    assert json.loads(refused.body)["code"] == "busy"
    assert [answer.status for answer in answered] == [204, 204]
    assert later.status == 204
