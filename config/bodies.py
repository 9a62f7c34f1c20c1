"""Reads the bodies of requests on the event loop, where a slow upload holds no thread.

They are bounded: each in size, all of a process together, and in the time between two pieces.
Nobody has said by then who they are, and what is not small lies on the disk.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO

from asgiref.typing import ASGIReceiveCallable, ASGIReceiveEvent, HTTPScope

from config.refusals import Refusal

SPOOLED_BEYOND = 1 << 20
"""Bytes of a body that are kept in memory; a larger one goes to a temporary file."""


@dataclass(frozen=True, kw_only=True)
class BodyLimits:
    """How much is read."""

    one: int = 200_000_000
    """Bytes of a body; beyond them 413."""
    together: int = 4_000_000_000
    """Bytes of all bodies whose requests are not answered yet; beyond them 503."""
    silence: float = 60.0
    """Seconds without a further piece; beyond them 408."""


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


class Bodies:
    """The bodies of a process's requests."""

    def __init__(self, limits: BodyLimits) -> None:
        self._limits = limits
        self._held = 0
        """Bytes of bodies that are being read or worked on."""

    @asynccontextmanager
    async def read(
        self, scope: HTTPScope, receive: ASGIReceiveCallable
    ) -> AsyncIterator[IO[bytes]]:
        """Read a whole body and keep it for the length of the context.

        Raises:
            Refusal: it goes beyond a limit.
            ClientGone: nobody is left to be answered.

        """
        size = 0
        self._allow(_announced(scope))
        with tempfile.SpooledTemporaryFile(SPOOLED_BEYOND) as body:
            try:
                more = True
                while more:
                    piece, more = await self._piece(receive)
                    size += len(piece)
                    self._held += len(piece)
                    self._allow(size)
                    body.write(piece)
                yield body
            finally:
                self._held -= size

    async def _piece(self, receive: ASGIReceiveCallable) -> tuple[bytes, bool]:
        """Wait for a piece; say whether there are more."""
        try:
            async with asyncio.timeout(self._limits.silence):
                message = await receive()
        except TimeoutError:
            detail = f"Nothing more of the body came for {self._limits.silence:g} s."
            raise Refusal(408, "too_slow", detail, connection="close") from None
        if message["type"] != "http.request":
            raise ClientGone
        return message.get("body", b""), message.get("more_body", False)

    def _allow(self, size: int) -> None:
        if size > self._limits.one:
            detail = f"A request may have {self._limits.one} bytes at most."
            raise Refusal(413, "too_large", detail, connection="close")
        if self._held > self._limits.together:
            detail = "Too much is being uploaded at the moment. Try again."
            raise Refusal(503, "busy", detail, connection="close", retry_after="10")


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
        while (message := await receive())["type"] != "http.disconnect":
            pass  # discarded
        return message

    return only_its_end
