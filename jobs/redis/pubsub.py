"""The live channel: what happens to a tenant's jobs, told over Redis to whoever listens now.

Nothing depends on it: a message that is lost is made up for by the row and the event log.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import redis
import redis.asyncio
from django.conf import settings

from jobs.redis.client import best_effort

log = logging.getLogger(__name__)

Message = dict[str, Any]
"""{"job": id, "owner": id, "event": SSE event name, "id": log number or None, "data": {...}}"""

Wants = Callable[[Message], bool]
"""Says whether a listener is told a message."""

QUEUE_SIZE = 200
"""Messages that a slow listener may lag behind before it is told to read the log again."""

IDLE_CHANNEL = "conveyor:live"
"""Always subscribed: redis-py wants one subscription before it reads."""


def channel(organization_id: uuid.UUID) -> str:
    """Name the channel of a tenant."""
    return f"conveyor:live:{organization_id}"


def publish(organization_id: uuid.UUID, message: Mapping[str, Any]) -> bool:
    """Publish a message to the tenant's listeners, and return whether Redis took it."""
    name, text = channel(organization_id), json.dumps(message)

    def send(client: "redis.Redis") -> bool:
        client.publish(name, text)
        return True

    return best_effort(send, False, purpose="a live update")


class Listener:
    """One stream's place in the hub: a bounded queue that never blocks the others."""

    def __init__(self, wants: Wants) -> None:
        self.wants = wants
        self._queue: asyncio.Queue[Message] = asyncio.Queue(QUEUE_SIZE)
        self._wake = asyncio.Event()
        self.closed = False
        self.lost = False

    def put(self, message: Message) -> None:
        """Queue a message; where there is no room, note that some were lost."""
        if self._queue.full():
            self.lost = True
        else:
            self._queue.put_nowait(message)
        self._wake.set()

    def resync(self) -> None:
        """Tell the listener that messages may have been lost."""
        self.lost = True
        self._wake.set()

    def close(self) -> None:
        """Tell the listener to end."""
        self.closed = True
        self._wake.set()

    async def wait(self, seconds: float) -> list[Message]:
        """Wait for news, `seconds` at most; give the messages that have come."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return []
        self._wake.clear()
        messages = []
        while not self._queue.empty():
            messages.append(self._queue.get_nowait())
        return messages


class Hub:
    """One Redis subscription connection a process, fanned out to any number of listeners."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._pubsub: redis.asyncio.client.PubSub | None = None
        self._reader: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self.closing = False
        self.is_up = False
        """Whether messages come; where not, listeners look for themselves."""

    async def listen(self, organization_id: uuid.UUID, wants: Wants) -> Listener:
        """Join a tenant's channel. Subscribed when this returns, unless Redis is down."""
        name, listener = channel(organization_id), Listener(wants)
        listener.closed = self.closing
        first = name not in self._listeners
        self._listeners.setdefault(name, set()).add(listener)
        pubsub = self._start()
        if first:
            await self._ask(pubsub.subscribe, name)
        return listener

    async def leave(self, organization_id: uuid.UUID, listener: Listener) -> None:
        """Leave the channel; the last to leave unsubscribes."""
        name = channel(organization_id)
        listeners = self._listeners.get(name, set())
        listeners.discard(listener)
        if not listeners and self._listeners.pop(name, None) is not None:
            await self._ask(self._start().unsubscribe, name)

    def close(self) -> None:
        """End every stream: the server is shutting down."""
        self.closing = True
        for listener in self._all():
            listener.close()

    def _all(self) -> list[Listener]:
        return [one for group in self._listeners.values() for one in group]

    def _start(self) -> "redis.asyncio.client.PubSub":
        if self._pubsub is None or self._reader is None or self._reader.done():
            source = redis.asyncio.Redis.from_url(
                settings.REDIS_URL, socket_connect_timeout=1, health_check_interval=15
            )
            self._pubsub = source.pubsub(ignore_subscribe_messages=True)
            self._reader = asyncio.create_task(self._read_to_the_end(source, self._pubsub))
        return self._pubsub

    async def _ask(self, verb: Callable[..., Awaitable[None]], *names: str) -> None:
        try:
            async with self._lock:
                await verb(*names)
        except (redis.RedisError, OSError) as error:
            log.warning("cannot reach the live channel, trying again: %s", error)

    async def _read_to_the_end(
        self, source: "redis.asyncio.Redis", pubsub: "redis.asyncio.client.PubSub"
    ) -> None:
        try:
            await self._read(pubsub)
        finally:  # also when the loop ends
            await pubsub.aclose()  # type: ignore[no-untyped-call]  # in redis-py
            await source.aclose()
            await asyncio.sleep(0)  # it closes its socket in the loop's next turn

    async def _read(self, pubsub: "redis.asyncio.client.PubSub") -> None:
        down = True
        while not self.closing:
            try:
                if down:
                    # What was said meanwhile is in the log: everybody reads it again.
                    async with self._lock:
                        await pubsub.subscribe(IDLE_CHANNEL, *self._listeners)
                    down, self.is_up = False, True
                    for listener in self._all():
                        listener.resync()
                message = await pubsub.get_message(timeout=5)
            except (redis.RedisError, OSError) as error:
                log.warning("live channel is down: %s", error)
                down, self.is_up = True, False
                await asyncio.sleep(0.5)
                continue
            if message is not None:
                self._spread(message)

    def _spread(self, message: Mapping[str, Any]) -> None:
        content: Message = json.loads(message["data"])
        for listener in self._listeners.get(message["channel"].decode(), ()):
            if listener.wants(content):
                listener.put(content)


hub = Hub()
