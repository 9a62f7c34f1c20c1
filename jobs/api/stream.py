"""A job's life as server-sent events (WHATWG HTML, section 9.2): the log, then live, without a gap.

The stream joins the live channel first and reads the log second, so nothing falls in between; log
numbers tell what has been sent. It holds no database connection: it reads on the server's threads.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import Error as DatabaseFailure
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api import caller
from jobs.api.endpoint import Endpoint
from jobs.api.serializers import JobSerializer
from jobs.errors import NotFound
from jobs.eventlog import describe, stream_event
from jobs.live import Listener, Message, hub
from jobs.models import Job
from jobs.states import TERMINAL

log = logging.getLogger(__name__)
T = TypeVar("T")

KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment keeps proxies from closing the connection."""
RECONNECT_MILLISECONDS = 2000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A job as it is, and the entries of its log that a stream has not sent yet."""

    job: dict[str, Any]
    number: int
    ended: bool
    missed: list[tuple[int, str, dict[str, Any]]]


class JobStream(Endpoint, APIView):
    """One job's stream."""

    @extend_schema(
        parameters=[OpenApiParameter("Last-Event-ID", int, OpenApiParameter.HEADER)],
        responses={(200, "text/event-stream"): OpenApiTypes.STR},
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Follow a job: `snapshot`, then `state`, `step` and `progress`, at last `end`."""
        organization = caller.organization(request)
        if not Job.objects.of(organization).filter(pk=pk).exists():
            raise NotFound(f"There is no job {pk}.")
        return Response({"organization": organization.pk})


async def job_stream(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Let the ordinary view say who may listen; then stream."""
    answer: Any = await _on_thread(lambda: JobStream.as_view()(request, pk=pk).render())
    if answer.status_code != 200:
        refusal: HttpResponseBase = answer
        return refusal
    frames = _frames(pk, answer.data["organization"], _last_event_id(request))
    return StreamingHttpResponse(frames, content_type="text/event-stream", headers=HEADERS)


# What the OpenAPI description and Django's CSRF check look at; the view within does its own check.
job_stream.cls = JobStream  # type: ignore[attr-defined]
job_stream.initkwargs = {}  # type: ignore[attr-defined]
job_stream.csrf_exempt = True  # type: ignore[attr-defined]


class Feed:
    """What one stream has sent of a job's log, and so what it sends next."""

    def __init__(self, job_id: uuid.UUID, seen: int) -> None:
        self.job_id = str(job_id)
        self.seen = seen
        self.behind = True

    def catch_up(self, reading: Reading) -> Iterator[bytes]:
        """Give the entries that were read and not sent yet."""
        for number, event, data in reading.missed:
            if number > self.seen:
                self.seen = number
                yield _frame(event, data, number)
        self.behind = False

    def take(self, message: Message) -> bytes | None:
        """Give the frame of a live message that is next; note when the log must be read first."""
        number = message["id"]
        if message["job"] != self.job_id or (number is not None and number <= self.seen):
            return None
        if number is not None and (number != self.seen + 1 or message["data"]["state"] in TERMINAL):
            self.behind = True
        if self.behind:
            return None
        self.seen = self.seen if number is None else number
        return _frame(message["event"], message["data"], number)


async def _frames(
    job_id: uuid.UUID, organization_id: uuid.UUID, last: int | None
) -> AsyncIterator[bytes]:
    listener = await hub.listen(organization_id)
    try:
        yield f"retry: {RECONNECT_MILLISECONDS}\n\n".encode()
        reading = await _on_thread(lambda: _read(job_id, last))
        # Resuming, the snapshot has no id: the entries that follow it have theirs.
        yield _frame("snapshot", reading.job, reading.number if last is None else None)
        feed = Feed(job_id, reading.number if last is None else last)
        async for frame in _follow(feed, reading, listener):
            yield frame
    finally:
        await asyncio.shield(hub.leave(organization_id, listener))


async def _follow(feed: Feed, reading: Reading, listener: Listener) -> AsyncIterator[bytes]:
    while not listener.closed:
        for frame in feed.catch_up(reading):
            yield frame
        if reading.ended:
            yield _frame("end", reading.job, None)
            return
        async for frame in _live(feed, listener):
            yield frame
        listener.lost = False
        reading = await _read_again(feed, reading)


async def _live(feed: Feed, listener: Listener) -> AsyncIterator[bytes]:
    """Pass live messages on until the log must be read: after a gap, a loss, an end, a silence."""
    while not (feed.behind or listener.lost or listener.closed):
        messages = await listener.wait(KEEP_ALIVE)
        for message in messages:
            if frame := feed.take(message):
                yield frame
        if not messages and not listener.lost and not listener.closed:
            feed.behind = True
            yield b": still here\n\n"


async def _read_again(feed: Feed, before: Reading) -> Reading:
    try:
        return await _on_thread(lambda: _read(uuid.UUID(feed.job_id), feed.seen))
    except DatabaseFailure as error:
        log.warning("stream of job %s waits for the database: %s", feed.job_id, error)
        await asyncio.sleep(1)
        return before


def _read(job_id: uuid.UUID, after: int | None) -> Reading:
    job = Job.objects.select_related("owner", "organization").get(pk=job_id)
    missed = []
    if after is not None and after < job.log_number:
        missed = [
            (event.number, stream_event(event.kind), describe(event))
            for event in job.events.filter(number__gt=after, number__lte=job.log_number)
        ]
    return Reading(
        job=json.loads(JSONRenderer().render(JobSerializer(job).data)),
        number=job.log_number,
        ended=job.is_terminal,
        missed=missed,
    )


def _frame(event: str, data: Any, number: int | None) -> bytes:
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {event}\ndata: {json.dumps(data)}\n\n".encode()


def _last_event_id(request: HttpRequest) -> int | None:
    """Read where a client left off; a browser's EventSource that was opened anew says `?last=`."""
    given = request.headers.get("Last-Event-ID") or request.GET.get("last", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


async def _on_thread(work: Callable[[], T]) -> T:
    def run() -> T:
        close_old_connections()
        return work()

    return await asyncio.get_running_loop().run_in_executor(None, run)
