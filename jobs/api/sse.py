"""Server-sent events (WHATWG HTML, section 9.2): how a stream begins, is counted, and ends.

A stream holds no thread and no database connection: it reads on the server's threads.
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
from jobs.api.base_view import AnyAccept, Endpoint
from jobs.api.request_bodies import LONGEST_CURSOR, FollowQuery, validated_query
from jobs.api.tenant_transaction import isolated
from jobs.redis import stream_limits
from jobs.redis.pubsub import hub
from jobs.redis.stream_limits import Slot

T = TypeVar("T")

KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment keeps proxies from closing the connection."""
ADMITTED_FOR = 5.0
"""Seconds after which an event is sent only to who would still be let in; a comment is one."""
LOOK_EVERY = 2.0
"""Seconds between two looks at the database while the live channel is down."""
BEGIN = b"retry: 2000\n\n"
STILL_HERE = b": still here\n\n"
EVENTS = {
    "type": "object",
    "properties": {
        "event": {
            "type": "string",
            "enum": ["snapshot", "state", "step", "progress", "delta", "end"],
        },
        "data": {"type": "string", "contentMediaType": "application/json"},
        "id": {"type": "string", "description": "For `Last-Event-ID`."},
    },
}
"""Describes each event of a stream."""
PARAMETERS = [
    OpenApiParameter("Last-Event-ID", str, OpenApiParameter.HEADER),
    OpenApiParameter(
        "last",
        {"type": "string", "maxLength": LONGEST_CURSOR},
        description="The same, where a header cannot be set.",
    ),
]
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who listens, and from where on."""

    organization: UUID
    user: int
    last: str
    """The id of the last event that the client has got, "" for a new one."""


Frames = Callable[[Audience], AsyncGenerator[bytes, None]]


class StreamView(AnyAccept, Endpoint, APIView):
    """Lets a listener in and gives it a place; what it then gets is not DRF's business.

    An EventSource asks for events, and a refusal is a problem anyway.
    """

    reads_query = frozenset({"get"})

    def seat(self, request: Request) -> Response:
        """Take a place for who GETs the stream; raises `TooManyStreams`, `InvalidSubmission`."""
        validated_query(FollowQuery, request.query_params)
        if request.method == "HEAD":  # without a body there is nothing to wait for
            return Response()
        organization, user = caller.organization(request).pk, caller.user(request).pk
        slot = stream_limits.take(f"{organization}:{user}")
        taken = {"key": slot.key, "name": slot.name}
        return Response({"organization": organization, "user": user, "slot": taken})


async def stream(
    view: type[StreamView], request: HttpRequest, frames: Frames, **kwargs: Any
) -> HttpResponseBase:
    """Let the ordinary view say who may listen; then stream."""
    answer: Any = await on_thread(lambda: isolated(view.as_view())(request, **kwargs))
    if answer.status_code != 200 or request.method == "OPTIONS":
        at_once: HttpResponseBase = answer
        return at_once
    rates = {name: value for name, value in answer.items() if name.startswith("RateLimit")}
    head: Any = {"content_type": "text/event-stream", "headers": {**HEADERS, **rates}}
    if request.method == "HEAD":
        return HttpResponse(**head)
    data = answer.data
    audience = Audience(
        organization=data["organization"],
        user=data["user"],
        # a browser's EventSource that was opened anew cannot set the header
        last=request.headers.get("Last-Event-ID") or request.GET.get("last", ""),
    )
    return StreamingHttpResponse(
        _seated(
            Slot(**data["slot"]),
            frames(audience),
            lambda: credentials.hold(request, audience.organization),
        ),
        **head,
    )


def frame(event: str, data: Any, number: object = None) -> bytes:
    """Make the frame of an event; one without a number does not move the client's cursor."""
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {event}\ndata: {json.dumps(data)}\n\n".encode()


def patience() -> float:
    """Say how long a stream waits for news before it looks for itself."""
    return KEEP_ALIVE if hub.is_up else LOOK_EVERY


async def on_thread(work: Callable[[], T]) -> T:
    """Do some work that may block."""

    def run() -> T:
        close_old_connections()
        return work()

    return await asyncio.get_running_loop().run_in_executor(None, run)


async def _seated(
    slot: Slot, frames: AsyncGenerator[bytes, None], is_admitted: Callable[[], bool]
) -> AsyncIterator[bytes]:
    """Pass a stream on while its place is kept; give the place up however the stream ends."""
    keeper = asyncio.create_task(_keep(slot))
    admitted_at = time.monotonic()
    try:
        async with aclosing(frames):
            async for one in frames:
                if time.monotonic() - admitted_at > ADMITTED_FOR:
                    if not await on_thread(is_admitted):
                        return
                    admitted_at = time.monotonic()
                yield one
    finally:
        keeper.cancel()
        await asyncio.shield(on_thread(slot.release))


async def _keep(slot: Slot) -> None:
    while True:
        await asyncio.sleep(stream_limits.RENEW_EVERY)
        await on_thread(slot.renew)
