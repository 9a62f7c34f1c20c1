"""Reads request bodies on the event loop, so that a slow upload occupies no thread.

Bodies have limits for size and time, and all bodies of a process share a limit for disk space: the
client is not authenticated yet. A body that fits into memory, such as a job submission, is exempt
from the shared limit.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO

from asgiref.typing import ASGIReceiveCallable, ASGIReceiveEvent, HTTPScope

from config.asgi_messages import wait_for_disconnect
from config.error_responses import ErrorResponse

MAX_MEMORY_BODY_BYTES = 1 << 20
"""A larger body is written to a temporary file."""
RETRY_AFTER_SECONDS = 10
"""Value of Retry-After when the shared disk limit is reached."""


@dataclass(frozen=True, kw_only=True)
class BodyLimits:
    """Limits of request bodies."""

    max_body_bytes: int = 200_000_000
    """A larger body gets 413."""
    max_disk_bytes: int = 4_000_000_000
    """All bodies on disk whose requests have no response yet; a further one gets 503."""
    idle_timeout_seconds: float = 60.0
    """Time without another chunk; then 408."""
    total_timeout_seconds: float = 1800.0
    """Time for a whole body; then 408. Otherwise a few slow uploads would lock out the others."""


class ClientDisconnected(Exception):
    """The client closed the connection before its request was complete."""


class RequestBodies:
    """Reads the request bodies of one process within their limits."""

    def __init__(self, limits: BodyLimits) -> None:
        self._limits = limits
        self._disk_bytes = 0

    @asynccontextmanager
    async def read(
        self, scope: HTTPScope, receive: ASGIReceiveCallable
    ) -> AsyncIterator[IO[bytes]]:
        """Read a whole body and keep it until the context ends.

        Raises:
            ErrorResponse: the body exceeds a limit.
            ClientDisconnected: the client closed the connection.

        """
        size = 0
        deadline = asyncio.get_running_loop().time() + self._limits.total_timeout_seconds
        self._check_size(_content_length(scope))
        with tempfile.SpooledTemporaryFile(MAX_MEMORY_BODY_BYTES) as body:
            try:
                more = True
                while more:
                    chunk, more = await self._receive_chunk(receive, deadline)
                    self._disk_bytes += _disk_bytes(size + len(chunk)) - _disk_bytes(size)
                    size += len(chunk)
                    self._check_size(size)
                    body.write(chunk)
                yield body
            finally:
                self._disk_bytes -= _disk_bytes(size)

    async def _receive_chunk(
        self, receive: ASGIReceiveCallable, deadline: float
    ) -> tuple[bytes, bool]:
        """Return the next chunk, and whether more follow."""
        limits = self._limits
        idle_deadline = asyncio.get_running_loop().time() + limits.idle_timeout_seconds
        try:
            async with asyncio.timeout_at(min(idle_deadline, deadline)):
                message = await receive()
        except TimeoutError:
            idle = f"No more of the request body arrived for {limits.idle_timeout_seconds:g} s."
            slow = f"The request body must arrive within {limits.total_timeout_seconds:g} s."
            detail = idle if idle_deadline <= deadline else slow
            raise ErrorResponse(408, "too_slow", detail, connection="close") from None
        if message["type"] != "http.request":
            raise ClientDisconnected
        return message.get("body", b""), message.get("more_body", False)

    def _check_size(self, size: int) -> None:
        if size > self._limits.max_body_bytes:
            detail = f"The request body can have at most {self._limits.max_body_bytes} bytes."
            raise ErrorResponse(413, "too_large", detail, connection="close")
        if _disk_bytes(size) and self._disk_bytes > self._limits.max_disk_bytes:
            detail = "Too many uploads are in progress. Try again later."
            retry_after = str(RETRY_AFTER_SECONDS)
            raise ErrorResponse(503, "busy", detail, connection="close", retry_after=retry_after)


def without_body(receive: ASGIReceiveCallable) -> ASGIReceiveCallable:
    """Return a `receive` with an empty body that reports only the disconnect of the client.

    For streams: Django would write a body of any size to disk before it authenticates the client.
    """
    started = False

    async def receive_disconnect() -> ASGIReceiveEvent:
        nonlocal started
        if not started:
            started = True
            return {"type": "http.request", "body": b"", "more_body": False}
        return await wait_for_disconnect(receive)

    return receive_disconnect


def _disk_bytes(size: int) -> int:
    """Return how many bytes of a body of this size are on disk: all or none."""
    return size if size > MAX_MEMORY_BODY_BYTES else 0


def _content_length(scope: HTTPScope) -> int:
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0
