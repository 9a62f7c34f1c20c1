"""Requests to the web process, made of ASGI messages."""

import asyncio
from typing import Any

from config.wsgi_bridge import WsgiBridge


def scope(path: str = "/", method: str = "GET", headers: Any = (), **more: Any) -> Any:
    """Make the scope of a request."""
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
    """One request and what comes back. Without parts the body is empty."""

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

    async def uploaded(self) -> None:
        """Wait until what was sent is read."""
        while not self._incoming.empty():
            await asyncio.sleep(0)

    def close(self) -> None:
        """Close it from the client's side."""
        self._incoming.put_nowait({"type": "http.disconnect"})

    async def receive(self) -> Any:
        """Give the next message from the client."""
        return await self._incoming.get()

    async def send(self, message: Any) -> None:
        """Take a message for the client, once it reads."""
        await self.writable.wait()
        self.sent.append(message)

    async def ask(self, bridge: WsgiBridge, about: Any) -> "Connection":
        """Send the request through the bridge and wait for the end of the answer."""
        await bridge(about, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        """Give the status of the answer."""
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        """Give the headers of the answer."""
        return dict(self.sent[0]["headers"])

    @property
    def body(self) -> bytes:
        """Give the body of the answer."""
        return b"".join(message["body"] for message in self.sent[1:])
