"""A job's life as server-sent events: the log, then live, without a gap.

The stream joins the live channel first and reads the log second, so nothing falls in between; log
numbers tell what has been sent.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.api import caller, sse
from jobs.api.serializers import JobSerializer
from jobs.api.sse import Audience, StreamView, frame, on_thread
from jobs.api.tenants import named
from jobs.attempt import text_stream
from jobs.attempt.text_stream import Piece
from jobs.lifecycle.eventlog import describe, stream_event
from jobs.models import Job
from jobs.models.states import TERMINAL, State
from jobs.redis.pubsub import Listener, Message, hub
from jobs.tenancy.rls import as_tenant

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A job as it is, and what a stream may not have sent yet: log entries, text being written."""

    job: dict[str, Any]
    number: int
    ended: bool
    attempt: int
    missed: list[tuple[int, str, dict[str, Any]]]
    pieces: list[Piece]


class JobStream(StreamView):
    """One job's stream."""

    @extend_schema(
        operation_id="jobs_follow",
        parameters=sse.PARAMETERS,
        responses={(200, "text/event-stream"): sse.EVENTS},
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Follow a job: `snapshot`, then `state`, `step`, `progress` and `delta`, at last `end`."""
        named(pk, Job.objects.of(caller.organization(request)))
        return self.seat(request)


async def job_stream(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Stream one job."""
    return await sse.stream(JobStream, request, lambda audience: _frames(pk, audience), pk=pk)


# What the OpenAPI description and Django's CSRF check look at; the view within does its own check.
job_stream.cls = JobStream  # type: ignore[attr-defined]
job_stream.initkwargs = {}  # type: ignore[attr-defined]
job_stream.csrf_exempt = True  # type: ignore[attr-defined]


class TextFeed:
    """What one stream has sent of the text that its job is writing."""

    def __init__(self) -> None:
        self.attempt = 0
        self.sequence = 0

    def catch_up(self, attempt: int, pieces: Sequence[Piece]) -> Iterator[bytes]:
        """Give the text that was read and not sent yet, in one piece."""
        if attempt < self.attempt:
            return
        seen = self.sequence if attempt == self.attempt else 0
        if fresh := [piece for piece in pieces if piece.sequence > seen]:
            yield self._send(attempt, fresh[-1].sequence, "".join(one.text for one in fresh))

    def take(self, data: dict[str, Any]) -> bytes | None:
        """Give the frame of a live piece; `None` for one that came before, or not yet."""
        expected = self.sequence + 1 if data["attempt"] == self.attempt else 1
        if data["attempt"] < self.attempt or data["sequence"] != expected:
            return None
        return self._send(data["attempt"], data["sequence"], data["text"])

    def misses(self, data: dict[str, Any]) -> bool:
        """Whether pieces before this one have not come."""
        return (data["attempt"], data["sequence"]) > (self.attempt, self.sequence)

    def _send(self, attempt: int, sequence: int, text: str) -> bytes:
        reset = attempt > self.attempt  # what an earlier attempt wrote, or nothing, is replaced
        self.attempt, self.sequence = attempt, sequence
        piece = {"attempt": attempt, "sequence": sequence, "reset": reset, "text": text}
        return frame("delta", piece)


class Feed:
    """What one stream has sent of a job's log, and so what it sends next."""

    def __init__(self, organization_id: uuid.UUID, job_id: uuid.UUID, seen: int) -> None:
        self.organization_id = organization_id
        self.job_id = str(job_id)
        self.seen = seen
        self.behind = True
        self.text = TextFeed()

    def catch_up(self, reading: Reading) -> Iterator[bytes]:
        """Give the entries and the text that were read and not sent yet."""
        for number, event, data in reading.missed:
            if number > self.seen:
                self.seen = number
                yield frame(event, data, number)
        yield from self.text.catch_up(reading.attempt, reading.pieces)
        self.behind = False

    def take(self, message: Message) -> bytes | None:
        """Give the frame of a live message that is next; note when the log must be read first."""
        number = message["id"]
        if message["event"] == "delta":
            sent = self.text.take(message["data"])
            self.behind = self.behind or self.text.misses(message["data"])
            return sent
        if number is not None and number <= self.seen:
            return None
        if number is not None and (number != self.seen + 1 or message["data"]["state"] in TERMINAL):
            self.behind = True
        if self.behind:
            return None
        self.seen = self.seen if number is None else number
        return frame(message["event"], message["data"], number)


async def _frames(job_id: uuid.UUID, audience: Audience) -> AsyncGenerator[bytes, None]:
    number = audience.last
    last = int(number) if number.isdecimal() and len(number) < 10 else None
    name = str(job_id)
    listener = await hub.listen(audience.organization, lambda message: message["job"] == name)
    try:
        yield sse.BEGIN
        reading = await on_thread(lambda: _read(audience.organization, job_id, last))
        if last is not None and last > reading.number:
            last = None  # of another job, or from before the database was restored
        # Resuming, the snapshot has no id: the entries that follow it have theirs.
        yield frame("snapshot", reading.job, reading.number if last is None else None)
        feed = Feed(audience.organization, job_id, reading.number if last is None else last)
        async for one in _follow(feed, reading, listener):
            yield one
    finally:
        await asyncio.shield(hub.leave(audience.organization, listener))


async def _follow(feed: Feed, reading: Reading, listener: Listener) -> AsyncIterator[bytes]:
    while not listener.closed:
        for one in feed.catch_up(reading):
            yield one
        if reading.ended:
            yield frame("end", reading.job)
            return
        async for one in _live(feed, listener):
            yield one
        listener.lost = False
        reading = await _read_again(feed, reading)


async def _live(feed: Feed, listener: Listener) -> AsyncIterator[bytes]:
    """Pass live messages on until the log must be read: after a gap, a loss, an end, a silence."""
    while not (feed.behind or listener.lost or listener.closed):
        messages = await listener.wait(sse.patience())
        for message in messages:
            if one := feed.take(message):
                yield one
        if not messages and not listener.lost and not listener.closed:
            feed.behind = True
            yield sse.STILL_HERE


async def _read_again(feed: Feed, before: Reading) -> Reading:
    try:
        return await on_thread(
            lambda: _read(feed.organization_id, uuid.UUID(feed.job_id), feed.seen)
        )
    except DatabaseFailure as error:
        log.warning("stream of job %s waits for the database: %s", feed.job_id, error)
        await asyncio.sleep(1)
        return before


def _read(organization_id: uuid.UUID, job_id: uuid.UUID, after: int | None) -> Reading:
    with as_tenant(organization_id):
        return _read_now(job_id, after)


def _read_now(job_id: uuid.UUID, after: int | None) -> Reading:
    job = Job.objects.select_related("owner", "organization").get(pk=job_id)
    missed = []
    if after is not None and after < job.log_number:
        missed = [
            (event.number, stream_event(event.kind), describe(event))
            for event in job.events.filter(number__gt=after, number__lte=job.log_number)
        ]
    running = job.state == State.RUNNING
    return Reading(
        job=json.loads(JSONRenderer().render(JobSerializer(job).data)),
        number=job.log_number,
        ended=job.is_terminal,
        attempt=job.attempt,
        missed=missed,
        pieces=text_stream.pieces(job.pk, job.attempt) if running else [],
    )
