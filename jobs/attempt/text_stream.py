"""The text stream of an attempt: published in chunks, and stored in Redis while it is live.

Clients that connect late, or reconnect, read the stored chunks. The output of the job has the final
text, so a loss of the chunks costs only the live view.
"""

import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from jobs.lifecycle.storable import clean_text
from jobs.models import Job
from jobs.redis import sender
from jobs.redis.client import best_effort
from jobs.redis.pubsub import channel

PUBLISH_INTERVAL_SECONDS = 0.25
"""Minimum interval between two chunks."""
MAX_STREAM_CHARACTERS = 1_000_000
"""Per attempt. The rest is only in the output of the job."""
CHUNK_TTL_SECONDS = 600
"""Time that the chunks stay in Redis after the last one."""

STORE_AND_PUBLISH = """
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', KEYS[2], ARGV[3])
"""
"""Atomic: the stored chunks are exactly those published before the read."""


@dataclass(frozen=True, kw_only=True)
class TextChunk:
    """A chunk of an attempt's text. `sequence` starts at 1."""

    attempt: int
    sequence: int
    text: str


@dataclass
class TextStream:
    """The text of one attempt. The handler writes; the lease keeper flushes coalesced text."""

    job: Job
    _pending: str = ""
    _sequence: int = 0
    _size: int = 0
    _published_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, text: str) -> None:
        """Append text, and publish it together with text that follows soon."""
        with self._lock:
            text = clean_text(text)[: MAX_STREAM_CHARACTERS - self._size]
            self._size += len(text)
            self._pending += text
        self.flush()

    def flush(self, *, force: bool = False) -> None:
        """Publish the pending text, unless a chunk was published recently; `force` ignores that."""
        with self._lock:
            is_early = time.monotonic() - self._published_at < PUBLISH_INTERVAL_SECONDS
            if not self._pending or (is_early and not force):
                return
            self._sequence += 1
            chunk = {
                "attempt": self.job.attempt,
                "sequence": self._sequence,
                "text": self._pending,
            }
            self._pending, self._published_at = "", time.monotonic()
            _publish(self.job, chunk)


def read_chunks(job_id: uuid.UUID, attempt: int) -> list[TextChunk]:
    """Return the chunks of an attempt so far; none if Redis is unavailable or lost them."""
    empty: list[Any] = []
    stored = best_effort(
        lambda client: client.lrange(_key(job_id, attempt), 0, -1),
        empty,
        purpose="the streamed text so far",
    )
    return [TextChunk(**json.loads(chunk)) for chunk in stored]


def _publish(job: Job, chunk: dict[str, Any]) -> None:
    message = {
        "job": str(job.pk),
        "owner": job.owner_id,
        "event": "delta",
        "id": None,
        "data": chunk,
    }
    keys = [_key(job.pk, job.attempt), channel(job.organization_id)]
    arguments = (json.dumps(chunk), CHUNK_TTL_SECONDS, json.dumps(message))
    sender.send("EVAL", STORE_AND_PUBLISH, len(keys), *keys, *arguments)


def _key(job_id: uuid.UUID, attempt: int) -> str:
    return f"conveyor:text:{job_id}:{attempt}"
