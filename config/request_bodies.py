"""Reads the bodies of requests on the event loop, where a slow upload holds no thread.

They are bounded in size and in time, and together in what they take of the disk: nobody has said by
then who they are. A body that is kept in memory, as of a job that is submitted, is always read.
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

SPOOLED_BEYOND = 1 << 20
"""Bytes of a body that are kept in memory; a larger one goes to a temporary file."""
RETRY_AFTER = 10
"""Seconds that a client is told to wait where too much is uploaded at once."""


@dataclass(frozen=True, kw_only=True)
class BodyLimits:
    """How much is read."""

    one: int = 200_000_000
    """Bytes of a body; beyond them 413."""
    together: int = 4_000_000_000
    """Bytes on the disk for requests that are not answered yet; beyond them 503."""
    silence: float = 60.0
    """Seconds without a further piece; beyond them 408."""
    longest: float = 1800.0
    """Seconds for a whole body; beyond them 408, or a few slow ones would keep the others out."""


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


class Bodies:
    """The bodies of a process's requests."""

    def __init__(self, limits: BodyLimits) -> None:
        self._limits = limits
        self._held = 0
        """Bytes on the disk."""

    @asynccontextmanager
    async def read(
        self, scope: HTTPScope, receive: ASGIReceiveCallable
    ) -> AsyncIterator[IO[bytes]]:
        """Read a whole body and keep it for the length of the context.

        Raises:
            ErrorResponse: it goes beyond a limit.
            ClientGone: nobody is left to be answered.

        """
        size = 0
        deadline = asyncio.get_running_loop().time() + self._limits.longest
        self._allow(_announced(scope))
        with tempfile.SpooledTemporaryFile(SPOOLED_BEYOND) as body:
            try:
                more = True
                while more:
                    piece, more = await self._piece(receive, deadline)
                    self._held += _on_disk(size + len(piece)) - _on_disk(size)
                    size += len(piece)
                    self._allow(size)
                    body.write(piece)
                yield body
            finally:
                self._held -= _on_disk(size)

    async def _piece(self, receive: ASGIReceiveCallable, deadline: float) -> tuple[bytes, bool]:
        """Wait for a piece; say whether there are more."""
        silence = asyncio.get_running_loop().time() + self._limits.silence
        try:
            async with asyncio.timeout_at(min(silence, deadline)):
                message = await receive()
        except TimeoutError:
            silent = f"No more of the request body arrived for {self._limits.silence:g} s."
            slow = f"The request body must arrive within {self._limits.longest:g} s."
            detail = silent if silence <= deadline else slow
            raise ErrorResponse(408, "too_slow", detail, connection="close") from None
        if message["type"] != "http.request":
            raise ClientGone
        return message.get("body", b""), message.get("more_body", False)

    def _allow(self, size: int) -> None:
        if size > self._limits.one:
            detail = f"The request body can have at most {self._limits.one} bytes."
            raise ErrorResponse(413, "too_large", detail, connection="close")
        if _on_disk(size) and self._held > self._limits.together:
            detail = "Too many uploads are in progress. Try again later."
            wait = str(RETRY_AFTER)
            raise ErrorResponse(503, "busy", detail, connection="close", retry_after=wait)


def _on_disk(size: int) -> int:
    """Give how much of a body of this size is on the disk: all of it or nothing."""
    return size if size > SPOOLED_BEYOND else 0


def _announced(scope: HTTPScope) -> int:
    given = dict(scope["headers"]).get(b"content-length", b"0")
    return int(given) if given.isdigit() else 0


def without(receive: ASGIReceiveCallable) -> ASGIReceiveCallable:
    """Give what receives no body, and of what the client sends only that it is gone.

    For the streams: Django would put a body of any size on the disk before it asks who sends it.
    """
    begun = False

    async def only_its_end() -> ASGIReceiveEvent:
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        return await wait_for_disconnect(receive)

    return only_its_end
