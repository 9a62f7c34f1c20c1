"""Long polling: `GET /jobs/{id}?wait=30` is answered as soon as the job has changed or ended.

An ASGI application around the ordinary one. The ordinary view is asked first, which says whether
the caller may see the job at all; then a coroutine waits, and holds no thread and no database
connection; then the ordinary view answers.
"""

import asyncio
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.db import Error as DatabaseFailure

from jobs.api import etags
from jobs.api.request_bodies import LONGEST_WAIT, whole
from jobs.api.serializers import JobSerializer
from jobs.api.sse import on_thread
from jobs.models import Job
from jobs.redis.pubsub import Listener, hub

JOB = re.compile(r"/api/v1/jobs/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
PREFERENCE = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,3})\"?\s*(?:$|[,;])", re.IGNORECASE)
LOOK_EVERY = 5.0
"""Seconds between two looks at the row, in case that a message was lost."""
LOOK_EVERY_WHILE_DOWN = 1.0
BREATH = 0.3
"""Seconds between two looks at a job that reports progress quickly."""

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Look:
    """A job, as far as somebody waits for it."""

    tag: str
    ended: bool


class Waiting:
    """The ASGI application."""

    def __init__(self, views: App) -> None:
        self._views = views

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request, later if it may be and there is nothing new."""
        seconds, job_id = seconds_of(scope), job_of(scope)
        if seconds is None or job_id is None:
            await self._views(scope, receive, send)
            return
        answer: list[Message] = []
        await self._views(scope, _no_body, _into(answer))
        known = known_tag(scope, answer)
        if known is None:
            for message in answer:
                await send(message)
            return
        gone = asyncio.ensure_future(_disconnect(receive))
        try:
            await until_changed(job_id, known, seconds, gone)
            if not gone.done():
                await self._views(scope, _no_body, send)
        finally:
            gone.cancel()


def seconds_of(scope: Any) -> int | None:
    """Read how long the client would wait. What is not valid is left to the view to refuse."""
    query = parse_qs(scope["query_string"].decode("latin1"))
    given = query["wait"][-1] if "wait" in query else _preference(scope)
    return whole(given, LONGEST_WAIT)


def job_of(scope: Any) -> uuid.UUID | None:
    """Read which job it is about."""
    found = JOB.fullmatch(scope["path"].removeprefix(scope.get("root_path", "")))
    return uuid.UUID(found[1]) if found and scope["method"] == "GET" else None


def known_tag(scope: Any, answer: list[Message]) -> str | None:
    """Give the tag of what the client knows by now; `None` if it is to be answered at once."""
    status = answer[0]["status"]
    conditional = any(name == b"if-none-match" for name, _ in scope["headers"])
    if status != 304 and (status != 200 or conditional):
        return None
    headers: dict[bytes, bytes] = dict(answer[0]["headers"])
    return headers.get(b"etag", b"").decode("latin1")


async def until_changed(
    job_id: uuid.UUID, known: str, seconds: float, gone: "asyncio.Future[Any]"
) -> None:
    """Wait until a job is no longer as it is known, has ended, or the time is up."""
    deadline = time.monotonic() + seconds
    try:
        organization = await on_thread(lambda: Job.objects.get(pk=job_id).organization_id)
    except (DatabaseFailure, Job.DoesNotExist):
        return  # the view says so
    name = str(job_id)
    listener = await hub.listen(
        organization, lambda message: message["job"] == name and message["event"] != "delta"
    )
    try:
        while not gone.done() and not await _is_new(job_id, known):
            left = deadline - time.monotonic()
            if left <= 0 or listener.closed:
                return
            await _wait(listener, left)
    finally:
        await asyncio.shield(hub.leave(organization, listener))


async def _is_new(job_id: uuid.UUID, known: str) -> bool:
    try:
        look = await on_thread(lambda: _look(job_id))
    except DatabaseFailure:
        return True
    return look is None or look.ended or look.tag != known


async def _wait(listener: Listener, left: float) -> None:
    longest = LOOK_EVERY if hub.is_up else LOOK_EVERY_WHILE_DOWN
    messages = await listener.wait(min(left, longest))
    listener.lost = False
    if messages and all(message["event"] == "progress" for message in messages):
        await asyncio.sleep(min(left, BREATH))


def _look(job_id: uuid.UUID) -> Look | None:
    job = Job.objects.select_related("owner", "organization").filter(pk=job_id).first()
    if job is None:
        return None
    return Look(tag=etags.tag(JobSerializer(job).data), ended=job.is_terminal)


def _preference(scope: Any) -> str:
    """Read `Prefer: wait=30` (RFC 7240)."""
    given = b",".join(value for name, value in scope["headers"] if name == b"prefer")
    found = PREFERENCE.search(given.decode("latin1"))
    return found[1] if found else ""


def _into(answer: list[Message]) -> Send:
    async def send(message: Message) -> None:
        answer.append(message)

    return send


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass  # a GET has no body that matters
