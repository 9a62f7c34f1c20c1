"""Server-sent events (WHATWG HTML, section 9.2): how a stream starts, is limited, and ends.

An idle stream holds no thread and no database connection. It reads on the server's threads.
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api import caller, credentials
from jobs.api.base_view import AnyAcceptMixin, EndpointMixin
from jobs.api.request_bodies import MAX_CURSOR_CHARACTERS, FollowQuery, validate_query
from jobs.api.tenant_transaction import in_tenant_transaction
from jobs.redis import stream_limits
from jobs.redis.pubsub import hub
from jobs.redis.stream_limits import StreamLimit

T = TypeVar("T")

KEEP_ALIVE_SECONDS = 15.0
"""Seconds of silence after which a comment keeps proxies from closing the connection."""
RECHECK_INTERVAL_SECONDS = 5.0
"""The credential is checked again before the first event or comment after this time."""
POLL_INTERVAL_SECONDS = 2.0
"""How often a stream reads the database while the live channel is down."""
RETRY_FRAME = b"retry: 2000\n\n"
KEEP_ALIVE_FRAME = b": still here\n\n"
EVENT_SCHEMA = {
    "type": "object",
    "properties": {
        "event": {
            "type": "string",
            "enum": ["snapshot", "state", "step", "progress", "delta", "end"],
        },
        "data": {"type": "string", "contentMediaType": "application/json"},
        "id": {"type": "string", "description": "Send it as `Last-Event-ID` to resume here."},
    },
}
"""The schema of an event of a stream."""
PARAMETERS = [
    OpenApiParameter(
        "Last-Event-ID",
        str,
        OpenApiParameter.HEADER,
        description="The id of the last event that you received. The stream resumes after it.",
    ),
    OpenApiParameter(
        "last",
        {"type": "string", "maxLength": MAX_CURSOR_CHARACTERS},
        description="The same as `Last-Event-ID`, for clients that cannot set a header.",
    ),
]
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """The user that receives a stream, and where the stream resumes."""

    organization: UUID
    user: int
    last: str
    """The id of the last event that the client has received; "" for a new client."""


Frames = Callable[[Subscriber], AsyncGenerator[bytes, None]]


class StreamView(AnyAcceptMixin, EndpointMixin, APIView):
    """Authorizes a stream and acquires its limit; `stream` then sends the events without DRF.

    Ignores `Accept`: an EventSource accepts only events, but an error response is JSON.
    """

    actions_with_query = frozenset({"get"})

    def open_stream(self, request: Request) -> Response:
        """Acquire the stream limit of the user; raises `TooManyStreams`, `InvalidSubmission`."""
        validate_query(FollowQuery, request.query_params)
        if request.method == "HEAD":  # the response has no body, so there is no stream
            return Response()
        organization, user = caller.organization(request).pk, caller.user(request).pk
        limit = stream_limits.acquire(f"{organization}:{user}")
        acquired = {"key": limit.key, "name": limit.name}
        return Response({"organization": organization, "user": user, "limit": acquired})


async def stream(
    view: type[StreamView], request: HttpRequest, frames: Frames, **kwargs: Any
) -> HttpResponseBase:
    """Call the ordinary view to authorize the request, then stream the frames."""
    wrapped = in_tenant_transaction(view.as_view())
    response: Any = await run_in_thread(lambda: wrapped(request, **kwargs))
    if response.status_code != 200 or request.method == "OPTIONS":
        refusal: HttpResponseBase = response
        return refusal
    limits = {name: value for name, value in response.items() if name.startswith("RateLimit")}
    head: Any = {"content_type": "text/event-stream", "headers": {**HEADERS, **limits}}
    if request.method == "HEAD":
        return HttpResponse(**head)
    data = response.data
    subscriber = Subscriber(
        organization=data["organization"],
        user=data["user"],
        # a new EventSource of a browser cannot set the header
        last=request.headers.get("Last-Event-ID") or request.GET.get("last", ""),
    )
    return StreamingHttpResponse(
        _stream_within_limit(
            StreamLimit(**data["limit"]),
            frames(subscriber),
            lambda: credentials.is_still_valid(request, subscriber.organization),
        ),
        **head,
    )


def frame(event: str, data: Any, id: object = None) -> bytes:
    """Return an event as bytes; without an id, the client's `Last-Event-ID` does not change."""
    head = "" if id is None else f"id: {id}\n"
    return f"{head}event: {event}\ndata: {json.dumps(data)}\n\n".encode()


def wait_seconds() -> float:
    """Return how long a stream waits for live messages before it reads the database."""
    return KEEP_ALIVE_SECONDS if hub.is_up else POLL_INTERVAL_SECONDS


async def run_in_thread(work: Callable[[], T]) -> T:
    """Run blocking work on a thread, with usable database connections, and return its result."""

    def run() -> T:
        close_old_connections()
        return work()

    return await asyncio.get_running_loop().run_in_executor(None, run)


async def _stream_within_limit(
    limit: StreamLimit, frames: AsyncGenerator[bytes, None], is_still_valid: Callable[[], bool]
) -> AsyncIterator[bytes]:
    """Yield frames while the credential is valid; renew the limit, and release it at the end."""
    renewal = asyncio.create_task(_renew(limit))
    checked_at = time.monotonic()
    try:
        async with aclosing(frames):
            async for content in frames:
                if time.monotonic() - checked_at > RECHECK_INTERVAL_SECONDS:
                    if not await run_in_thread(is_still_valid):
                        return
                    checked_at = time.monotonic()
                yield content
    finally:
        renewal.cancel()
        await asyncio.shield(run_in_thread(limit.release))


async def _renew(limit: StreamLimit) -> None:
    while True:
        await asyncio.sleep(stream_limits.RENEW_INTERVAL_SECONDS)
        await run_in_thread(limit.renew)
