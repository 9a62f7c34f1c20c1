"""An ASGI client for the tests of the web process."""

import asyncio
from typing import Any

from config.wsgi_bridge import WsgiBridge


def scope(path: str = "/", method: str = "GET", headers: Any = (), **more: Any) -> Any:
    """Return the scope of a request."""
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("203.0.113.7", 5000),
        "headers": list(headers),
        **more,
    }


class Connection:
    """One request and its response. Without parts the body is empty."""

    def __init__(self, *parts: bytes, ends: bool = True) -> None:
        self._incoming: asyncio.Queue[Any] = asyncio.Queue()
        self.sent: list[Any] = []
        self.writable = asyncio.Event()
        self.writable.set()
        for number, part in enumerate(parts or (b"",), start=1):
            self.upload(part, more=number < len(parts) or not ends)

    def upload(self, part: bytes, *, more: bool = False) -> None:
        """Send a part of the body."""
        self._incoming.put_nowait({"type": "http.request", "body": part, "more_body": more})

    async def wait_until_read(self) -> None:
        """Wait until the server has read all parts."""
        while not self._incoming.empty():
            await asyncio.sleep(0)

    def close(self) -> None:
        """Disconnect the client."""
        self._incoming.put_nowait({"type": "http.disconnect"})

    async def receive(self) -> Any:
        """Return the next message of the client."""
        return await self._incoming.get()

    async def send(self, message: Any) -> None:
        """Record a message for the client as soon as `writable` is set."""
        await self.writable.wait()
        self.sent.append(message)

    async def request(self, bridge: WsgiBridge, scope: Any) -> "Connection":
        """Send the request to the bridge, and wait for the end of the response."""
        await bridge(scope, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])
