"""Serves a WSGI application from an event loop, on a fixed pool of threads.

Django keeps one database connection for each thread: with a fixed pool their number is fixed too,
and they are reused. A thread works on a request only while it computes: bodies are read before a
thread is taken, and a slow reader of a large file holds none.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import IO, Any

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

from config.asgi_messages import Headers, send_head, send_part, wait_for_disconnect
from config.error_responses import ErrorResponse
from config.request_bodies import Bodies, BodyLimits, ClientGone
from config.wsgi_environ import build

CHUNK = 256 << 10
"""Bytes sent at once of a response that comes in parts."""

WsgiApp = Callable[..., Iterable[bytes]]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the bridge takes on."""

    threads: int = 8
    """Requests that are worked on at once."""
    waiting: int = 200
    """Requests that wait for a thread; beyond them 503."""
    bodies: BodyLimits = field(default_factory=BodyLimits)
    retry_after: int = 2
    """Seconds that a client refused by 503 is told to wait."""


@dataclass(frozen=True, kw_only=True)
class Rest:
    """The parts of a response that is sent while it is made: a file, say."""

    parts: Iterator[bytes]
    close: Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the application answered: at once, or with a rest to come."""

    status: int
    headers: Headers
    body: bytes
    rest: Rest | None


class WsgiBridge:
    """An ASGI application around a WSGI application."""

    def __init__(self, app: WsgiApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits
        self._free = limits.threads + limits.waiting
        self._bodies = Bodies(limits.bodies)
        self.pool = ThreadPoolExecutor(limits.threads, thread_name_prefix="web")

    async def __call__(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Answer one request."""
        try:
            async with self._bodies.read(scope, receive) as body:
                await self._answer_if_free(scope, body, receive, send)
        except ErrorResponse as refusal:
            await refusal.answer(send)
        except ClientGone:
            pass  # nobody is left to be answered

    async def _answer_if_free(
        self,
        scope: HTTPScope,
        body: IO[bytes],
        receive: ASGIReceiveCallable,
        send: ASGISendCallable,
    ) -> None:
        if self._free <= 0:
            detail = "Too many requests are waiting. Try again later."
            raise ErrorResponse(503, "busy", detail, retry_after=str(self._limits.retry_after))
        self._free -= 1
        try:
            answer = await self._on_thread(call, self._app, build(scope, body))
            await send_head(send, answer.status, answer.headers)
            if answer.rest is None:
                await send_part(send, answer.body, more=False)
            else:
                await self._send_rest(answer.rest, receive, send)
        finally:
            self._free += 1

    async def _send_rest(
        self, rest: Rest, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Send part by part, and stop where the client is gone."""
        leaving = asyncio.ensure_future(wait_for_disconnect(receive))
        try:
            while part := await self._on_thread(_gather, rest.parts):
                if leaving.done():
                    return
                await send_part(send, part, more=True)
            await send_part(send, b"", more=False)
        finally:
            leaving.cancel()
            await self._on_thread(rest.close)

    async def _on_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.pool, function, *arguments)


def call(app: WsgiApp, environ: dict[str, Any]) -> Answer:
    """Call a WSGI application (PEP 3333). Only a response marked `streaming` leaves a rest."""
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        raw = [(key.lower().encode("latin1"), value.encode("latin1")) for key, value in headers]
        head[:] = [int(status[:3]), raw]

    response = app(environ, start_response)
    close = getattr(response, "close", _nothing)
    if getattr(response, "streaming", False):
        rest = Rest(parts=iter(response), close=close)
        return Answer(status=head[0], headers=head[1], body=b"", rest=rest)
    try:
        body = b"".join(response)
        return Answer(status=head[0], headers=head[1], body=body, rest=None)
    finally:
        close()  # Django's end of the request, on the thread that began it


def _gather(parts: Iterator[bytes]) -> bytes:
    """Take parts until they fill a chunk; empty at their end."""
    chunk = bytearray()
    for part in parts:
        chunk += part
        if len(chunk) >= CHUNK:
            break
    return bytes(chunk)


def _nothing() -> None:
    """Close what needs no closing."""
