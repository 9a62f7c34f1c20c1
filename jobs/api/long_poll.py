"""Long polling: `GET /jobs/{id}?wait=30` responds as soon as the job changes or ends.

An ASGI application around the ordinary one. It probes the ordinary view first, which checks whether
the caller may see the job. Then a coroutine waits, without a thread or a database connection, and
the ordinary view makes the response.
"""

import asyncio
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.db import Error as DatabaseError

from jobs.api import etags
from jobs.api.long_poll_probe import Probe, add_probe
from jobs.api.request_bodies import MAX_WAIT_SECONDS, parse_integer
from jobs.api.serializers import JobSerializer, render_job
from jobs.api.sse import run_in_thread
from jobs.models.full_jobs import read_full_job
from jobs.redis.pubsub import Subscription, hub

JOB = re.compile(r"/api/v1/jobs/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
PREFERENCE = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,3})\"?\s*(?:$|[,;])", re.IGNORECASE)
POLL_INTERVAL_SECONDS = 5.0
"""How often the row is read without a message: a message may be lost."""
POLL_INTERVAL_WITHOUT_REDIS_SECONDS = 1.0
READ_PAUSE_SECONDS = 0.3
"""Between two reads of a job that reports progress quickly."""

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class JobVersion:
    """The parts of a job that end a wait."""

    etag: str
    has_ended: bool


class LongPollingApp:
    """The ASGI application around `views`."""

    def __init__(self, views: App) -> None:
        self._views = views

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Respond to one request, after a wait if the client asks for one and nothing is new."""
        seconds, job_id = requested_wait(scope), requested_job_id(scope)
        if seconds is None or job_id is None:
            await self._views(scope, receive, send)
            return
        response: list[Message] = []
        probing, probe = add_probe(scope)
        await self._views(probing, _receive_no_body, _append_to(response))
        if probe.organization_id is None:  # an error
            for message in response:
                await send(message)
            return
        etag = known_etag(scope, response)
        disconnected = asyncio.ensure_future(_wait_for_disconnect(receive))
        try:
            if etag is not None and not probe.has_ended:
                await wait_until_changed(job_id, probe, etag, seconds, disconnected)
            if not disconnected.done():
                await self._views(scope, _receive_no_body, send)
        finally:
            disconnected.cancel()


def requested_wait(scope: Any) -> int | None:
    """Return the wait that the client asks for, or `None`; the view rejects an invalid one."""
    query = parse_qs(scope["query_string"].decode("latin1"))
    text = query["wait"][-1] if "wait" in query else _preferred_wait(scope)
    return parse_integer(text, maximum=MAX_WAIT_SECONDS)


def requested_job_id(scope: Any) -> uuid.UUID | None:
    """Return the id of the job that a GET reads, or `None` for another request."""
    match = JOB.fullmatch(scope["path"].removeprefix(scope.get("root_path", "")))
    return uuid.UUID(match[1]) if match and scope["method"] == "GET" else None


def known_etag(scope: Any, response: list[Message]) -> str | None:
    """Return the ETag that the client has; `None` if it must get the response at once."""
    status = response[0]["status"]
    is_conditional = any(name == b"if-none-match" for name, _ in scope["headers"])
    if status != 304 and (status != 200 or is_conditional):
        return None
    headers: dict[bytes, bytes] = dict(response[0]["headers"])
    return headers.get(b"etag", b"").decode("latin1")


async def wait_until_changed(
    job_id: uuid.UUID, probe: Probe, etag: str, seconds: float, disconnected: "asyncio.Future[Any]"
) -> None:
    """Wait until the job's ETag differs, the job has ended, or the time is up."""
    deadline = time.monotonic() + seconds
    name, tenant = str(job_id), probe.organization_id or uuid.UUID(int=0)
    subscription = await hub.subscribe(
        tenant, lambda message: message["job"] == name and message["event"] != "delta"
    )
    try:
        while not disconnected.done() and not await _has_changed(job_id, etag):
            seconds_left = deadline - time.monotonic()
            if seconds_left <= 0 or subscription.is_closed:
                return
            if await _wait(subscription, seconds_left, probe.log_number):
                return
    finally:
        await asyncio.shield(hub.unsubscribe(tenant, subscription))


async def _has_changed(job_id: uuid.UUID, etag: str) -> bool:
    try:
        version = await run_in_thread(lambda: _read_version(job_id))
    except DatabaseError:
        return True
    return version is None or version.has_ended or version.etag != etag


async def _wait(subscription: Subscription, seconds: float, log_number: int) -> bool:
    """Wait for messages; return whether one announces a later log entry than `log_number`."""
    interval = POLL_INTERVAL_SECONDS if hub.is_up else POLL_INTERVAL_WITHOUT_REDIS_SECONDS
    messages = await subscription.wait(min(seconds, interval))
    subscription.has_lost = False
    if any(message["id"] is not None and message["id"] > log_number for message in messages):
        return True
    if messages and all(message["event"] == "progress" for message in messages):
        await asyncio.sleep(min(seconds, READ_PAUSE_SECONDS))
    return False


def _read_version(job_id: uuid.UUID) -> JobVersion | None:
    job = read_full_job(job_id)
    if job is None:
        return None
    etag = etags.compute_etag(render_job(JobSerializer, job))
    return JobVersion(etag=etag, has_ended=job.is_terminal)


def _preferred_wait(scope: Any) -> str:
    """Return the seconds of `Prefer: wait=30` (RFC 7240) as text, or ""."""
    value = b",".join(value for name, value in scope["headers"] if name == b"prefer")
    match = PREFERENCE.search(value.decode("latin1"))
    return match[1] if match else ""


def _append_to(response: list[Message]) -> Send:
    async def send(message: Message) -> None:
        response.append(message)

    return send


async def _receive_no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass  # the body of a GET is ignored
