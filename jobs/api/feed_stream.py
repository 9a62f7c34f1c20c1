"""The stream of all of a caller's jobs as server-sent events.

The stream reads the logs in one order with `jobs.live.feed`; a live message only announces that
there is something to read. Progress is not in the logs, so it is forwarded as it arrives.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.api import sse
from jobs.api.serializers import JobSerializer
from jobs.api.sse import StreamView, Subscriber, frame, run_in_thread
from jobs.lifecycle.eventlog import describe, stream_event
from jobs.live import feed
from jobs.live.feed import Cursor, FeedEntry
from jobs.models import Job
from jobs.models.states import TERMINAL
from jobs.redis.pubsub import Subscription, hub

log = logging.getLogger(__name__)

MAX_SNAPSHOTS = 200
"""A new client receives snapshots of at most this many active jobs, the newest ones."""
MAX_CACHED_JOBS = 10_000
"""A stream remembers of this many jobs whether it shows them."""
READ_PAUSE_SECONDS = 0.2
"""Between two reads of the logs, so that entries in quick succession are read together."""


class FeedStreamView(StreamView):
    """The stream of all jobs."""

    @extend_schema(
        operation_id="jobs_follow_all",
        parameters=sse.PARAMETERS,
        responses={(200, "text/event-stream"): sse.EVENT_SCHEMA},
    )
    def get(self, request: Request) -> Response:
        """Follow all of the caller's jobs as server-sent events.

        The stream starts with a `snapshot` of each active job. Then follow `state`, `step` and
        `progress` events, each with its `job`, and an `end` event with each job that has ended.
        For the text that a job is writing, follow that job.
        """
        return self.open_stream(request)


async def feed_stream(request: HttpRequest) -> HttpResponseBase:
    """Authorize the request, and stream all of the caller's jobs."""
    return await sse.stream(FeedStreamView, request, _frames)


feed_stream.cls = FeedStreamView  # type: ignore[attr-defined]
feed_stream.initkwargs = {}  # type: ignore[attr-defined]
feed_stream.csrf_exempt = True  # type: ignore[attr-defined]


class FeedReader:
    """The position of one stream in the logs."""

    def __init__(self, subscriber: Subscriber) -> None:
        self._subscriber = subscriber
        self.cursor: Cursor | None = None
        self._known: dict[str, bool] = {}

    def shows(self, job_id: str) -> bool:
        """Whether the stream shows a job: one of the user's, and not a part of a split job."""
        if job_id not in self._known:
            if len(self._known) == MAX_CACHED_JOBS:
                self._known.clear()
            self._known[job_id] = self._jobs.filter(pk=job_id).exists()
        return self._known[job_id]

    def begin(self) -> list[bytes]:
        """Start at the end of the logs, and return the snapshots of the active jobs."""
        self.cursor = feed.end()
        active = self._jobs.active().order_by("-created_at", "-id")[:MAX_SNAPSHOTS]
        snapshots = [frame("snapshot", _serialize(job), self.cursor) for job in reversed(active)]
        return [f"id: {self.cursor}\n\n".encode(), *snapshots]

    def read(self) -> tuple[list[bytes], bool]:
        """Return the frames of new log entries, and whether there are more."""
        self.cursor = self.cursor or feed.resume(self._subscriber.last)
        if self.cursor is None:
            return self.begin(), True
        page = feed.read(self._jobs, self.cursor)
        events = [entry.event for entry in page.entries]
        ended = {event.job_id for event in events if event.state in TERMINAL}
        rows = self._jobs.filter(pk__in=ended, state__in=TERMINAL) if ended else ()
        jobs = {job.pk: job for job in rows}
        frames = [_render(entry, jobs.get(entry.event.job_id)) for entry in page.entries]
        self.cursor = page.cursor
        return frames, page.has_more

    @property
    def _jobs(self) -> Any:
        jobs = Job.objects.of(self._subscriber.organization)
        own = jobs.without_parts().filter(owner_id=self._subscriber.user)
        return own.select_related("owner", "organization")


async def _frames(subscriber: Subscriber) -> AsyncGenerator[bytes, None]:
    subscription = await hub.subscribe(
        subscriber.organization,
        lambda message: message["owner"] == subscriber.user and message["event"] != "delta",
    )
    try:
        yield sse.RETRY_FRAME
        reader = FeedReader(subscriber)
        while not subscription.is_closed:
            async for content in _catch_up(reader):
                yield content
            async for content in _forward_live(reader, subscription):
                yield content
    finally:
        await asyncio.shield(hub.unsubscribe(subscriber.organization, subscription))


async def _catch_up(reader: FeedReader) -> AsyncIterator[bytes]:
    more = True
    while more:
        try:
            frames, more = await run_in_thread(reader.read)
        except DatabaseError as error:
            log.warning("The database is unavailable, a stream waits: %s", error)
            await asyncio.sleep(1)
            return
        for content in frames:
            yield content
    await asyncio.sleep(READ_PAUSE_SECONDS)


async def _forward_live(reader: FeedReader, subscription: Subscription) -> AsyncIterator[bytes]:
    """Forward progress until the logs have something new, or no message has arrived for a while."""
    behind = False
    while not (behind or subscription.has_lost or subscription.is_closed):
        messages = await subscription.wait(sse.wait_seconds())
        for message in messages:
            if message["event"] != "progress":
                behind = True
            elif await _is_shown(reader, message["job"]):
                yield frame("progress", {"job": message["job"], **message["data"]})
        if not messages and not subscription.has_lost and not subscription.is_closed:
            behind = True
            yield sse.KEEP_ALIVE_FRAME
    subscription.has_lost = False


async def _is_shown(reader: FeedReader, job_id: str) -> bool:
    try:
        return await run_in_thread(lambda: reader.shows(job_id))
    except DatabaseError as error:
        log.warning("The database is unavailable, a stream skips progress: %s", error)
        return False


def _render(entry: FeedEntry, ended: Job | None) -> bytes:
    event = entry.event
    data = {"job": str(event.job_id), "type": entry.type, **describe(event)}
    name = stream_event(event.kind)
    if event.state not in TERMINAL or ended is None:
        return frame(name, data, entry.cursor)
    # Together: the client's cursor moves only once it has received the `end` too.
    return frame(name, data) + frame("end", _serialize(ended), entry.cursor)


def _serialize(job: Job) -> Any:
    return json.loads(JSONRenderer().render(JobSerializer(job).data))
