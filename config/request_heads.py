"""Limits the size and the time of a request's headers. uvicorn itself reads them without limit.

An endless header would block the event loop for all clients, because the parser copies the bytes
received so far for each new chunk. A connection that sends no request would stay open for ever.
"""

from asyncio import TimerHandle, Transport
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from config.error_responses import ErrorResponse

MAX_HEAD_BYTES = 64 << 10
"""Request line and headers together, or the trailers of a body."""
HEAD_TIMEOUT_SECONDS = 30.0
"""Time from the start of the connection, or of a later request, until the headers are complete."""


class HeadLimitsProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with limits for the size and the time of headers.

    uvicorn has no setting for either. Its protocol class is not public, so `pyproject.toml` pins
    the minor version.
    """

    _unparsed_bytes = 0
    """Bytes received since the parser last completed headers, a body chunk or a message."""
    _deadline: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # uvicorn's
        super().connection_made(transport)
        self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._reset()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count and parse the bytes; reject the request if the parser makes no progress."""
        self._unparsed_bytes += len(data)
        super().data_received(data)
        if self._unparsed_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            detail = f"The request head can have at most {MAX_HEAD_BYTES} bytes."
            self._reject(ErrorResponse(431, "too_large", detail, connection="close"))
        elif self._unparsed_bytes and self.cycle is not None and self.cycle.response_complete:
            # empty lines may precede a request, and the parser does not report them
            self._start_deadline()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._start_deadline()

    def on_headers_complete(self) -> None:
        self._reset()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._reset()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._reset()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Reject a request that is not valid HTTP."""
        self._reject(ErrorResponse(400, "bad_request", msg, connection="close"))

    def _start_deadline(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_TIMEOUT_SECONDS, self._on_timeout)

    def _reset(self) -> None:
        self._unparsed_bytes = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _on_timeout(self) -> None:
        self._deadline = None
        if self._unparsed_bytes:
            detail = f"The request head must arrive within {HEAD_TIMEOUT_SECONDS:g} s."
            self._reject(ErrorResponse(408, "too_slow", detail, connection="close"))
        else:
            self.transport.close()  # no request was started

    def _reject(self, problem: ErrorResponse) -> None:
        """Send the problem unless a response is in progress, and close the connection."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            status = HTTPStatus(problem.status)
            start = f"HTTP/1.1 {status} {status.phrase}\r\n".encode()
            lines = [b"%b: %b\r\n" % header for header in problem.headers]
            self.transport.write(b"".join([start, *lines, b"\r\n", problem.body]))
        self.transport.close()
