"""The ASGI application: event streams run on the event loop, all other requests in threads.

A stream stays open for minutes. Django's asynchronous application serves it without a thread or a
database connection of its own. A long-polling request waits on the event loop too, and is then
handled like any other request. All views except streams are synchronous; a fixed pool of threads
runs them.
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

from config import env
from config.error_responses import ErrorResponse
from config.request_bodies import BodyLimits, without_body
from config.wsgi_bridge import WsgiBridge, WsgiLimits

INTERNAL_ERROR = "An unexpected error occurred. It was logged."

max_body_bytes = env.integer("WEB_MAX_BODY", 200_000_000, at_least=1)
streams = get_asgi_application()
views = WsgiBridge(
    get_wsgi_application(),
    WsgiLimits(
        threads=env.integer("WEB_THREADS", 8, at_least=1),
        max_waiting=env.integer("WEB_MAX_WAITING", 200),
        bodies=BodyLimits(
            max_body_bytes=max_body_bytes,
            max_disk_bytes=env.integer(
                "WEB_MAX_BODIES", 20 * max_body_bytes, at_least=max_body_bytes
            ),
        ),
    ),
)
# imported by name and only here: `jobs` can be imported only after Django's setup
long_polling = import_module("jobs.api.long_poll").LongPollingApp(views)
end_streams = import_module("jobs.redis.pubsub").hub.close


async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Handle one connection: the ASGI entry point."""
    if scope["type"] == "lifespan":
        await _run_lifespan(receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000, "reason": None})
    else:
        await _handle_request(scope, receive, send)


async def _handle_request(
    scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
) -> None:
    """Respond to one request; with a problem if an exception is raised before the response."""
    started = False

    async def send_and_note(message: ASGISendEvent) -> None:
        nonlocal started
        started = True
        await send(message)

    try:
        if is_long_poll(scope):
            await long_polling(scope, receive, send_and_note)
        elif is_stream(scope):
            await streams(scope, without_body(receive), send_and_note)  # type: ignore[arg-type]  # loosely typed
        else:
            await views(scope, receive, send_and_note)
    except Exception:
        if not started:
            problem = ErrorResponse(500, "internal_error", INTERNAL_ERROR, connection="close")
            await problem.send_response(send)
        raise  # uvicorn logs it


def is_stream(scope: HTTPScope) -> bool:
    """Whether the request is for an event stream."""
    path = scope["path"]
    return path.startswith("/api/") and path.endswith("/stream")


def is_long_poll(scope: HTTPScope) -> bool:
    """Whether the client asks to wait for a change, by `?wait=` or by a Prefer header."""
    if scope["method"] != "GET" or not scope["path"].startswith("/api/"):
        return False
    preferences = (value for name, value in scope["headers"] if name == b"prefer")
    return b"wait=" in scope["query_string"] or any(
        b"wait" in value.lower() for value in preferences
    )


async def _run_lifespan(receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    await receive()
    loop = asyncio.get_running_loop()
    # streams read the database at times: on these threads, which keep their connections
    loop.set_default_executor(views.pool)
    _end_streams_on_signal(loop, end_streams)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    views.pool.shutdown(wait=True)
    await send({"type": "lifespan.shutdown.complete"})


def _end_streams_on_signal(
    loop: asyncio.AbstractEventLoop, end_streams: Callable[[], None]
) -> None:
    """End the streams at SIGTERM or SIGINT, before uvicorn starts to wait for open requests."""
    for number in (signal.SIGTERM, signal.SIGINT):
        previous = signal.getsignal(number)

        def handle(number: int, frame: Any, previous: Any = previous) -> None:
            loop.call_soon_threadsafe(end_streams)
            if callable(previous):
                previous(number, frame)

        signal.signal(number, handle)
