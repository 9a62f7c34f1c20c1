"""The live channel: messages about a tenant's jobs, published over Redis pub/sub.

Nothing depends on it: the row and the event log make up for a lost message.
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

from jobs.redis import sender

log = logging.getLogger(__name__)

Message = dict[str, Any]
"""{"job": id, "owner": id, "event": SSE event name, "id": log number or None, "data": {...}}"""

MessageFilter = Callable[[Message], bool]
"""Whether a subscription receives a message."""

MAX_QUEUED_MESSAGES = 200
"""If a slow subscription lags further behind, messages are dropped and it reads the log again."""

IDLE_CHANNEL = "conveyor:live"
"""Always subscribed: redis-py requires one subscription before it reads."""


def channel(organization_id: uuid.UUID) -> str:
    """Return the name of a tenant's channel."""
    return f"conveyor:live:{organization_id}"


def publish(
    organization_id: uuid.UUID, message: Mapping[str, Any], *, urgent: bool = False
) -> None:
    """Publish a message on the tenant's channel, without waiting for Redis; urgent ones at once."""
    sender.send("PUBLISH", channel(organization_id), json.dumps(message), urgent=urgent)


class Subscription:
    """The messages for one stream: a bounded queue that never blocks other subscriptions."""

    def __init__(self, accepts: MessageFilter) -> None:
        self.accepts = accepts
        self._queue: asyncio.Queue[Message] = asyncio.Queue(MAX_QUEUED_MESSAGES)
        self._wake = asyncio.Event()
        self.is_closed = False
        self.has_lost = False
        """Whether messages may have been lost, so that the log must be read again."""

    def put(self, message: Message) -> None:
        """Queue a message, or set `has_lost` if the queue is full."""
        if self._queue.full():
            self.has_lost = True
        else:
            self._queue.put_nowait(message)
        self._wake.set()

    def resync(self) -> None:
        """Set `has_lost`, and wake the stream."""
        self.has_lost = True
        self._wake.set()

    def close(self) -> None:
        """Set `is_closed`, and wake the stream."""
        self.is_closed = True
        self._wake.set()

    async def wait(self, seconds: float) -> list[Message]:
        """Wait for at most `seconds`, and return the messages received."""
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
    """One pub/sub connection per process, which serves any number of subscriptions."""

    def __init__(self) -> None:
        self._subscriptions: dict[str, set[Subscription]] = {}
        self._pubsub: redis.asyncio.client.PubSub | None = None
        self._reader: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self.is_closing = False
        self.is_up = False
        """Whether messages arrive. If not, streams poll the database."""

    async def subscribe(self, organization_id: uuid.UUID, accepts: MessageFilter) -> Subscription:
        """Join a tenant's channel. Subscribed when this returns, unless Redis is down."""
        name, subscription = channel(organization_id), Subscription(accepts)
        subscription.is_closed = self.is_closing
        is_first = name not in self._subscriptions
        self._subscriptions.setdefault(name, set()).add(subscription)
        pubsub = self._start()
        if is_first:
            await self._send(pubsub.subscribe, name)
        return subscription

    async def unsubscribe(self, organization_id: uuid.UUID, subscription: Subscription) -> None:
        """Leave the channel; the last subscription of a channel closes it."""
        name = channel(organization_id)
        subscriptions = self._subscriptions.get(name, set())
        subscriptions.discard(subscription)
        if not subscriptions and self._subscriptions.pop(name, None) is not None:
            await self._send(self._start().unsubscribe, name)

    def close(self) -> None:
        """End every stream: the server is shutting down."""
        self.is_closing = True
        for subscription in self._all():
            subscription.close()

    def _all(self) -> list[Subscription]:
        return [one for group in self._subscriptions.values() for one in group]

    def _start(self) -> "redis.asyncio.client.PubSub":
        if self._pubsub is None or self._reader is None or self._reader.done():
            source = redis.asyncio.Redis.from_url(
                settings.REDIS_URL, socket_connect_timeout=1, health_check_interval=15
            )
            self._pubsub = source.pubsub(ignore_subscribe_messages=True)
            self._reader = asyncio.create_task(self._read_and_close(source, self._pubsub))
        return self._pubsub

    async def _send(self, command: Callable[..., Awaitable[None]], *names: str) -> None:
        try:
            async with self._lock:
                await command(*names)
        except (redis.RedisError, OSError) as error:
            log.warning("The live channel is unavailable, trying again: %s", error)

    async def _read_and_close(
        self, source: "redis.asyncio.Redis", pubsub: "redis.asyncio.client.PubSub"
    ) -> None:
        try:
            await self._read(pubsub)
        finally:  # also when the event loop ends
            await pubsub.aclose()  # type: ignore[no-untyped-call]  # in redis-py
            await source.aclose()
            await asyncio.sleep(0)  # the socket is closed in the next iteration of the loop

    async def _read(self, pubsub: "redis.asyncio.client.PubSub") -> None:
        is_down = True
        while not self.is_closing:
            try:
                if is_down:
                    # Messages of the outage are in the log only, so all streams read it again.
                    async with self._lock:
                        await pubsub.subscribe(IDLE_CHANNEL, *self._subscriptions)
                    is_down, self.is_up = False, True
                    for subscription in self._all():
                        subscription.resync()
                message = await pubsub.get_message(timeout=5)
            except (redis.RedisError, OSError) as error:
                log.warning("The live channel is down, trying again: %s", error)
                is_down, self.is_up = True, False
                await asyncio.sleep(0.5)
                continue
            if message is not None:
                self._distribute(message)

    def _distribute(self, message: Mapping[str, Any]) -> None:
        content: Message = json.loads(message["data"])
        for subscription in self._subscriptions.get(message["channel"].decode(), ()):
            if subscription.accepts(content):
                subscription.put(content)


hub = Hub()
