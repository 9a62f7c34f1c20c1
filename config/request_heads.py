"""Heads of requests are bounded, in size and in time: the server itself reads them without end.

One endless header would otherwise keep the event loop from everybody else, since what came of it
is copied with each further piece; and a connection that never asks for anything would stay.
"""

from asyncio import TimerHandle, Transport
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from config.error_responses import ErrorResponse

LARGEST = 64 << 10
"""Bytes of a head: request line and headers, or the trailers of a body."""
WITHIN = 30.0
"""Seconds in which a head must be complete."""


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with these two limits.

    uvicorn has no setting for either. Its protocol class is not public, so `pyproject.toml` pins
    the minor version.
    """

    _unread = 0
    """Bytes that came since the last head, piece of a body or end of one was understood."""
    _deadline: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # uvicorn's
        """Wait for a first head."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._understood()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes, and hang up where it leads to nothing."""
        self._unread += len(data)
        super().data_received(data)
        if self._unread > LARGEST and not self.transport.is_closing():
            detail = f"The request head can have at most {LARGEST} bytes."
            self._refuse(ErrorResponse(431, "too_large", detail, connection="close"))
        elif self._unread and self.cycle is not None and self.cycle.response_complete:
            self._expect()  # empty lines may precede a head, and begin none

    def on_message_begin(self) -> None:
        """Wait for the rest of a head."""
        super().on_message_begin()
        self._expect()

    def on_headers_complete(self) -> None:
        """Serve the request."""
        self._understood()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        self._understood()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take the end of a body."""
        self._understood()
        super().on_message_complete()

    def _expect(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(WITHIN, self._too_slow)

    def _understood(self) -> None:
        self._unread = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        if self._unread:
            detail = f"The request head must arrive within {WITHIN:g} s."
            self._refuse(ErrorResponse(408, "too_slow", detail, connection="close"))
        else:
            self.transport.close()  # nothing was asked

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(ErrorResponse(400, "bad_request", msg, connection="close"))

    def _refuse(self, refusal: ErrorResponse) -> None:
        """Answer where no other answer is under way, and hang up."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            status = HTTPStatus(refusal.status)
            begin = f"HTTP/1.1 {status} {status.phrase}\r\n".encode()
            lines = [b"%b: %b\r\n" % header for header in refusal.headers]
            self.transport.write(b"".join([begin, *lines, b"\r\n", refusal.body]))
        self.transport.close()
