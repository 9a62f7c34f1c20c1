"""Serves a WSGI application from an event loop, on a fixed pool of threads.

Django keeps one database connection per thread: a fixed pool fixes the number of connections, and
reuses them. A request occupies a thread only while the application computes: its body is read
before, and a client that reads a large file slowly occupies none.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import IO, Any

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

from config.asgi_messages import Headers, send_body, send_start, wait_for_disconnect
from config.error_responses import ErrorResponse
from config.request_bodies import BodyLimits, ClientDisconnected, RequestBodies
from config.wsgi_environ import build_environ

CHUNK_BYTES = 256 << 10
"""The small parts of a streamed response are joined to chunks of at least this size."""

WsgiApp = Callable[..., Iterable[bytes]]


@dataclass(frozen=True, kw_only=True)
class WsgiLimits:
    """Limits of the bridge."""

    threads: int = 8
    """Requests that the application handles at the same time."""
    max_waiting: int = 200
    """Requests that may wait for a thread; a further one gets 503."""
    bodies: BodyLimits = field(default_factory=BodyLimits)
    retry_after_seconds: int = 2
    """Value of Retry-After in that 503."""


@dataclass(frozen=True, kw_only=True)
class StreamedBody:
    """A response body that is sent while it is produced, such as a file."""

    parts: Iterator[bytes]
    close: Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class WsgiResponse:
    """A response of the application: complete, or with a streamed body."""

    status: int
    headers: Headers
    body: bytes
    stream: StreamedBody | None


class WsgiBridge:
    """An ASGI application that calls a WSGI application."""

    def __init__(self, app: WsgiApp, limits: WsgiLimits) -> None:
        self._app = app
        self._limits = limits
        self._free_slots = limits.threads + limits.max_waiting
        self._bodies = RequestBodies(limits.bodies)
        self.pool = ThreadPoolExecutor(limits.threads, thread_name_prefix="web")

    async def __call__(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Handle one request."""
        try:
            async with self._bodies.read(scope, receive) as body:
                await self._respond(scope, body, receive, send)
        except ErrorResponse as problem:
            await problem.send_response(send)
        except ClientDisconnected:
            pass  # no client is left to receive a response

    async def _respond(
        self,
        scope: HTTPScope,
        body: IO[bytes],
        receive: ASGIReceiveCallable,
        send: ASGISendCallable,
    ) -> None:
        if self._free_slots <= 0:
            detail = "Too many requests are waiting. Try again later."
            retry_after = str(self._limits.retry_after_seconds)
            raise ErrorResponse(503, "busy", detail, retry_after=retry_after)
        self._free_slots -= 1
        try:
            environ = build_environ(scope, body)
            response = await self._run_in_thread(call_app, self._app, environ)
            await send_start(send, response.status, response.headers)
            if response.stream is None:
                await send_body(send, response.body, more=False)
            else:
                await self._send_stream(response.stream, receive, send)
        finally:
            self._free_slots += 1

    async def _send_stream(
        self, stream: StreamedBody, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Send chunk by chunk; stop when the client disconnects."""
        disconnected = asyncio.ensure_future(wait_for_disconnect(receive))
        try:
            while chunk := await self._run_in_thread(_next_chunk, stream.parts):
                if disconnected.done():
                    return
                await send_body(send, chunk, more=True)
            await send_body(send, b"", more=False)
        finally:
            disconnected.cancel()
            await self._run_in_thread(stream.close)

    async def _run_in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.pool, function, *arguments)


def call_app(app: WsgiApp, environ: dict[str, Any]) -> WsgiResponse:
    """Call a WSGI application (PEP 3333). Only a response marked `streaming` is streamed."""
    start: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        raw = [(key.lower().encode("latin1"), value.encode("latin1")) for key, value in headers]
        start[:] = [int(status[:3]), raw]

    result = app(environ, start_response)
    close = getattr(result, "close", _do_nothing)
    if getattr(result, "streaming", False):
        stream = StreamedBody(parts=iter(result), close=close)
        return WsgiResponse(status=start[0], headers=start[1], body=b"", stream=stream)
    try:
        body = b"".join(result)
        return WsgiResponse(status=start[0], headers=start[1], body=body, stream=None)
    finally:
        close()  # Django finishes the request here, on the thread that started it


def _next_chunk(parts: Iterator[bytes]) -> bytes:
    """Join parts until they fill a chunk; empty at the end of the stream."""
    chunk = bytearray()
    for part in parts:
        chunk += part
        if len(chunk) >= CHUNK_BYTES:
            break
    return bytes(chunk)


def _do_nothing() -> None:
    pass
