"""All of a caller's jobs as server-sent events, until the client has had enough.

What is in the logs is read from the logs, in one order, with `jobs.live.feed`; a live message says
that it is worth a look. Progress, which no log has, is passed on as it comes.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.api import sse
from jobs.api.serializers import JobSerializer
from jobs.api.sse import Audience, StreamView, frame, on_thread
from jobs.lifecycle.eventlog import describe, stream_event
from jobs.live import feed
from jobs.live.feed import Cursor, Told
from jobs.models import Job
from jobs.models.states import TERMINAL
from jobs.redis.pubsub import Listener, hub

log = logging.getLogger(__name__)

MOST_SNAPSHOTS = 200
"""Active jobs that are shown to a new listener, the newest ones."""
MOST_KNOWN = 10_000
"""Jobs of which a stream remembers whether it tells of them."""
BREATH = 0.2
"""Seconds between two looks at the logs: what comes in between is read at once."""


class TimelineStream(StreamView):
    """The stream of all jobs."""

    @extend_schema(
        operation_id="jobs_follow_all",
        parameters=sse.PARAMETERS,
        responses={(200, "text/event-stream"): sse.EVENTS},
    )
    def get(self, request: Request) -> Response:
        """Follow all jobs of the caller.

        A `snapshot` of each active job, then `state`, `step` and `progress` of any, which name
        their `job`, and `end` with each job that has ended. The text that a job is writing is in
        the stream of that job.
        """
        return self.seat(request)


async def timeline_stream(request: HttpRequest) -> HttpResponseBase:
    """Stream all of the caller's jobs."""
    return await sse.stream(TimelineStream, request, _frames)


timeline_stream.cls = TimelineStream  # type: ignore[attr-defined]
timeline_stream.initkwargs = {}  # type: ignore[attr-defined]
timeline_stream.csrf_exempt = True  # type: ignore[attr-defined]


class Reader:
    """Where one stream is in the logs."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self.cursor: Cursor | None = None
        self._known: dict[str, bool] = {}

    def shows(self, job_id: str) -> bool:
        """Say whether a job is told of: no part of one is."""
        if job_id not in self._known:
            if len(self._known) == MOST_KNOWN:
                self._known.clear()
            self._known[job_id] = self._jobs.filter(pk=job_id).exists()
        return self._known[job_id]

    def begin(self) -> list[bytes]:
        """Give the frames of the active jobs, and set out from here."""
        self.cursor = feed.end()
        active = self._jobs.active().order_by("-created_at", "-id")[:MOST_SNAPSHOTS]
        shown = [frame("snapshot", _shown(job), self.cursor) for job in reversed(active)]
        return [f"id: {self.cursor}\n\n".encode(), *shown]

    def read(self) -> tuple[list[bytes], bool]:
        """Give the frames of what has come to the logs, and whether there is more."""
        self.cursor = self.cursor or feed.resume(self._audience.last)
        if self.cursor is None:
            return self.begin(), True
        page = feed.read(self._jobs, self.cursor)
        ended = {told.entry.job_id for told in page.told if told.entry.state in TERMINAL}
        over = self._jobs.filter(pk__in=ended, state__in=TERMINAL) if ended else ()
        jobs = {job.pk: job for job in over}
        frames = [_told(told, jobs.get(told.entry.job_id)) for told in page.told]
        self.cursor = page.cursor
        return frames, page.more

    @property
    def _jobs(self) -> Any:
        mine = Job.objects.of(self._audience.organization)
        mine = mine.whole().filter(owner_id=self._audience.user)
        return mine.select_related("owner", "organization")


async def _frames(audience: Audience) -> AsyncGenerator[bytes, None]:
    listener = await hub.listen(
        audience.organization,
        lambda message: message["owner"] == audience.user and message["event"] != "delta",
    )
    try:
        yield sse.BEGIN
        reader = Reader(audience)
        while not listener.closed:
            async for one in _catch_up(reader):
                yield one
            async for one in _live(reader, listener):
                yield one
    finally:
        await asyncio.shield(hub.leave(audience.organization, listener))


async def _catch_up(reader: Reader) -> AsyncIterator[bytes]:
    more = True
    while more:
        try:
            frames, more = await on_thread(reader.read)
        except DatabaseFailure as error:
            log.warning("a stream waits for the database: %s", error)
            await asyncio.sleep(1)
            return
        for one in frames:
            yield one
    await asyncio.sleep(BREATH)


async def _live(reader: Reader, listener: Listener) -> AsyncIterator[bytes]:
    """Pass progress on until there is something in the logs, or a silence."""
    behind = False
    while not (behind or listener.lost or listener.closed):
        messages = await listener.wait(sse.patience())
        for message in messages:
            if message["event"] != "progress":
                behind = True
            elif await _is_shown(reader, message["job"]):
                yield frame("progress", {"job": message["job"], **message["data"]})
        if not messages and not listener.lost and not listener.closed:
            behind = True
            yield sse.STILL_HERE
    listener.lost = False


async def _is_shown(reader: Reader, job_id: str) -> bool:
    try:
        return await on_thread(lambda: reader.shows(job_id))
    except DatabaseFailure as error:
        log.warning("a stream leaves progress out, the database is away: %s", error)
        return False


def _told(told: Told, ended: Job | None) -> bytes:
    entry = told.entry
    data = {"job": str(entry.job_id), "type": told.type, **describe(entry)}
    event = stream_event(entry.kind)
    if entry.state not in TERMINAL or ended is None:
        return frame(event, data, told.cursor)
    # one piece: only with its `end` has the client got the entry
    return frame(event, data) + frame("end", _shown(ended), told.cursor)


def _shown(job: Job) -> Any:
    return json.loads(JSONRenderer().render(JobSerializer(job).data))
