"""The web process: one port, streams on the event loop, everything else on threads.

A stream lives for minutes and holds no thread and no database connection; Django's asynchronous
application serves it. A client that would rather wait for news waits on the loop as well, and is
then answered like any other. All views but streams are synchronous; a fixed pool of threads serves
them.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from importlib import import_module
from typing import Any

from asgiref.typing import (
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    HTTPScope,
    Scope,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

from config import env, request_bodies
from config.error_responses import ErrorResponse
from config.wsgi_bridge import Limits, WsgiBridge

BROKEN = "An unexpected error occurred. It was logged."

largest = env.integer("WEB_MAX_BODY", 200_000_000, at_least=1)
streams = get_asgi_application()
views = WsgiBridge(
    get_wsgi_application(),
    Limits(
        threads=env.integer("WEB_THREADS", 8, at_least=1),
        waiting=env.integer("WEB_MAX_WAITING", 200),
        bodies=request_bodies.BodyLimits(
            one=largest, together=env.integer("WEB_MAX_BODIES", 20 * largest, at_least=largest)
        ),
    ),
)
# by name, and only now: `jobs` can be imported only after Django's set-up
waiting = import_module("jobs.api.long_poll").LongPollingApp(views)
end_streams = import_module("jobs.redis.pubsub").hub.close


async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Serve one connection, as ASGI's entry point."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000, "reason": None})
    else:
        await _serve(scope, receive, send)


async def _serve(scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer one request, and say so where that broke before an answer began."""
    begun = False

    async def send_and_note(message: ASGISendEvent) -> None:
        nonlocal begun
        begun = True
        await send(message)

    try:
        if may_wait(scope):
            await waiting(scope, receive, send_and_note)
        elif is_stream(scope):
            await streams(scope, request_bodies.without(receive), send_and_note)  # type: ignore[arg-type]  # loosely typed
        else:
            await views(scope, receive, send_and_note)
    except Exception:
        if not begun:
            await ErrorResponse(500, "internal_error", BROKEN, connection="close").answer(send)
        raise  # the server logs it


def is_stream(scope: HTTPScope) -> bool:
    """Whether the request is for a stream of events."""
    path = scope["path"]
    return path.startswith("/api/") and path.endswith("/stream")


def may_wait(scope: HTTPScope) -> bool:
    """Whether the client would rather wait than be answered that there is nothing new."""
    if scope["method"] != "GET" or not scope["path"].startswith("/api/"):
        return False
    preferences = (value for name, value in scope["headers"] if name == b"prefer")
    return b"wait=" in scope["query_string"] or any(b"wait" in one.lower() for one in preferences)


async def _lifespan(receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    await receive()
    loop = asyncio.get_running_loop()
    # a stream reads the database now and then: on these threads, whose connections are kept
    loop.set_default_executor(views.pool)
    _before_shutdown(loop, end_streams)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    views.pool.shutdown(wait=True)
    await send({"type": "lifespan.shutdown.complete"})


def _before_shutdown(loop: asyncio.AbstractEventLoop, end_streams: Callable[[], None]) -> None:
    """End the streams when the signal comes, before the server starts to wait for their end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        previous = signal.getsignal(number)

        def handle(number: int, frame: Any, previous: Any = previous) -> None:
            loop.call_soon_threadsafe(end_streams)
            if callable(previous):
                previous(number, frame)

        signal.signal(number, handle)
