"""The stream of one job as server-sent events: first the log, then live messages, without a gap.

The stream subscribes to the live channel first and reads the log second, so it misses nothing in
between; the numbers of log entries show what has been sent.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.api import caller, sse
from jobs.api.serializers import JobSerializer, render_job
from jobs.api.sse import StreamView, Subscriber, frame, run_in_thread
from jobs.api.tenants import get_or_not_found
from jobs.attempt import text_stream
from jobs.attempt.text_stream import TextChunk
from jobs.lifecycle.eventlog import describe, stream_event
from jobs.models import Job
from jobs.models.states import TERMINAL, State
from jobs.redis.pubsub import Message, Subscription, hub
from jobs.tenancy.rls import as_tenant

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class JobReading:
    """A job as it is, with the log entries and the text that a stream may not have sent yet."""

    job: dict[str, Any]
    log_number: int
    has_ended: bool
    attempt: int
    entries: list[tuple[int, str, dict[str, Any]]]
    """Number, event name and data of log entries."""
    pieces: list[TextChunk]


class JobStreamView(StreamView):
    """The stream of one job."""

    @extend_schema(
        operation_id="jobs_follow",
        parameters=sse.PARAMETERS,
        responses={(200, "text/event-stream"): sse.EVENT_SCHEMA},
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Follow a job as server-sent events.

        The stream starts with a `snapshot` of the job. Then follow `state`, `step`, `progress` and
        `delta` events. It ends with an `end` event.
        """
        get_or_not_found(pk, Job.objects.of(caller.organization(request)))
        return self.open_stream(request)


async def job_stream(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Authorize the request, and stream the job."""
    return await sse.stream(
        JobStreamView, request, lambda subscriber: _frames(pk, subscriber), pk=pk
    )


# For the OpenAPI document and Django's CSRF check; the inner view has its own CSRF check.
job_stream.cls = JobStreamView  # type: ignore[attr-defined]
job_stream.initkwargs = {}  # type: ignore[attr-defined]
job_stream.csrf_exempt = True  # type: ignore[attr-defined]


class TextPosition:
    """How much of the text that a job is writing one stream has sent."""

    def __init__(self) -> None:
        self.attempt = 0
        self.sequence = 0

    def catch_up(self, attempt: int, pieces: Sequence[TextChunk]) -> Iterator[bytes]:
        """Yield one frame with the text that was read and not sent yet."""
        if attempt < self.attempt:
            return
        sent = self.sequence if attempt == self.attempt else 0
        if new := [piece for piece in pieces if piece.sequence > sent]:
            yield self._advance(attempt, new[-1].sequence, "".join(piece.text for piece in new))

    def render(self, data: dict[str, Any]) -> bytes | None:
        """Return the frame of the next live piece; `None` for an earlier or a later one."""
        expected = self.sequence + 1 if data["attempt"] == self.attempt else 1
        if data["attempt"] < self.attempt or data["sequence"] != expected:
            return None
        return self._advance(data["attempt"], data["sequence"], data["text"])

    def is_behind(self, data: dict[str, Any]) -> bool:
        """Whether pieces before this one are missing."""
        return (data["attempt"], data["sequence"]) > (self.attempt, self.sequence)

    def _advance(self, attempt: int, sequence: int, text: str) -> bytes:
        reset = attempt > self.attempt  # the text of an earlier attempt is replaced
        self.attempt, self.sequence = attempt, sequence
        piece = {"attempt": attempt, "sequence": sequence, "reset": reset, "text": text}
        return frame("delta", piece)


class StreamPosition:
    """How much of a job's log and text one stream has sent."""

    def __init__(self, organization_id: uuid.UUID, job_id: uuid.UUID, number: int) -> None:
        self.organization_id = organization_id
        self.job_id = str(job_id)
        self.number = number
        self.is_behind = True
        """Whether the log must be read before the next live message is sent."""
        self.text = TextPosition()

    def catch_up(self, reading: JobReading) -> Iterator[bytes]:
        """Yield the frames of entries and text that were read and not sent yet."""
        for number, event, data in reading.entries:
            if number > self.number:
                self.number = number
                yield frame(event, data, number)
        yield from self.text.catch_up(reading.attempt, reading.pieces)
        self.is_behind = False

    def render(self, message: Message) -> bytes | None:
        """Return the frame of the next live message; sets `is_behind` if there is a gap."""
        number = message["id"]
        if message["event"] == "delta":
            content = self.text.render(message["data"])
            self.is_behind = self.is_behind or self.text.is_behind(message["data"])
            return content
        if number is not None and number <= self.number:
            return None
        is_next = number == self.number + 1
        if number is not None and (not is_next or message["data"]["state"] in TERMINAL):
            self.is_behind = True
        if self.is_behind:
            return None
        self.number = self.number if number is None else number
        return frame(message["event"], message["data"], number)


async def _frames(job_id: uuid.UUID, subscriber: Subscriber) -> AsyncGenerator[bytes, None]:
    organization, text = subscriber.organization, subscriber.last
    last = int(text) if text.isdecimal() and len(text) < 10 else None
    name = str(job_id)
    subscription = await hub.subscribe(organization, lambda message: message["job"] == name)
    try:
        yield sse.RETRY_FRAME
        reading = await run_in_thread(lambda: _read(organization, job_id, last))
        if last is not None and last > reading.log_number:
            last = None  # of another job, or from before the database was restored
        # On resuming, the snapshot has no id: the entries that follow it have theirs.
        yield frame("snapshot", reading.job, reading.log_number if last is None else None)
        position = StreamPosition(
            organization, job_id, reading.log_number if last is None else last
        )
        async for content in _follow(position, reading, subscription):
            yield content
    finally:
        await asyncio.shield(hub.unsubscribe(organization, subscription))


async def _follow(
    position: StreamPosition, reading: JobReading, subscription: Subscription
) -> AsyncIterator[bytes]:
    while not subscription.is_closed:
        for content in position.catch_up(reading):
            yield content
        if reading.has_ended:
            yield frame("end", reading.job)
            return
        async for content in _forward_live(position, subscription):
            yield content
        subscription.has_lost = False
        reading = await _read_again(position, reading)


async def _forward_live(
    position: StreamPosition, subscription: Subscription
) -> AsyncIterator[bytes]:
    """Forward live messages until the log must be read: after a gap, a loss, an end, a silence."""
    while not (position.is_behind or subscription.has_lost or subscription.is_closed):
        messages = await subscription.wait(sse.wait_seconds())
        for message in messages:
            if content := position.render(message):
                yield content
        if not messages and not subscription.has_lost and not subscription.is_closed:
            position.is_behind = True
            yield sse.KEEP_ALIVE_FRAME


async def _read_again(position: StreamPosition, previous: JobReading) -> JobReading:
    job_id = uuid.UUID(position.job_id)
    try:
        return await run_in_thread(lambda: _read(position.organization_id, job_id, position.number))
    except DatabaseError as error:
        log.warning("The database is unavailable, the stream of job %s waits: %s", job_id, error)
        await asyncio.sleep(1)
        return previous


def _read(organization_id: uuid.UUID, job_id: uuid.UUID, after: int | None) -> JobReading:
    with as_tenant(organization_id):
        return _read_in_transaction(job_id, after)


def _read_in_transaction(job_id: uuid.UUID, after: int | None) -> JobReading:
    job = Job.objects.select_related("owner", "organization").get(pk=job_id)
    entries = []
    if after is not None and after < job.log_number:
        entries = [
            (event.number, stream_event(event.kind), describe(event))
            for event in job.events.filter(number__gt=after, number__lte=job.log_number)
        ]
    is_running = job.state == State.RUNNING
    return JobReading(
        job=json.loads(JSONRenderer().render(render_job(JobSerializer, job))),
        log_number=job.log_number,
        has_ended=job.is_terminal,
        attempt=job.attempt,
        entries=entries,
        pieces=text_stream.read_chunks(job.pk, job.attempt) if is_running else [],
    )
