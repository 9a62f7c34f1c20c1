"""Text that an attempt is writing: told piece by piece, and kept in Redis while it is live.

Whoever joins late, or comes back, reads the pieces so far. The text that lasts is the job's output:
losing what is here costs nobody anything but a look over the writer's shoulder.
"""

import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from jobs.models import Job
from jobs.redis.client import best_effort
from jobs.redis.pubsub import channel

EVERY = 0.25
"""Seconds between two pieces."""
LARGEST = 1_000_000
"""Characters of an attempt that are told; what goes beyond stands in the job's output."""
KEPT = 600
"""Seconds that the pieces are kept after the last one."""

KEEP_AND_TELL = """
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', KEYS[2], ARGV[3])
"""
"""Atomic: a reader of the pieces has each one that was told before it read, and no other."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece of an attempt's text; pieces are numbered from 1."""

    attempt: int
    sequence: int
    text: str


@dataclass
class Writing:
    """What one attempt writes. Its handler writes; the lease keeper tells what was held back."""

    job: Job
    _pending: str = ""
    _sequence: int = 0
    _size: int = 0
    _told_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, text: str) -> None:
        """Take a bit of text, and tell it with what comes soon after."""
        with self._lock:
            text = text[: LARGEST - self._size]
            self._size += len(text)
            self._pending += text
        self.flush()

    def flush(self, *, all: bool = False) -> None:
        """Tell what has come in since the last piece, unless that was a moment ago."""
        with self._lock:
            early = time.monotonic() - self._told_at < EVERY
            if not self._pending or (early and not all):
                return
            self._sequence += 1
            piece = {
                "attempt": self.job.attempt,
                "sequence": self._sequence,
                "text": self._pending,
            }
            self._pending, self._told_at = "", time.monotonic()
            _tell(self.job, piece)


def pieces(job_id: uuid.UUID, attempt: int) -> list[Piece]:
    """Give the pieces of an attempt so far; none where Redis is away or has lost them."""
    nothing: list[Any] = []
    stored = best_effort(
        lambda client: client.lrange(_key(job_id, attempt), 0, -1),
        nothing,
        purpose="the text written so far",
    )
    return [Piece(**json.loads(one)) for one in stored]


def _tell(job: Job, piece: dict[str, Any]) -> None:
    message = {
        "job": str(job.pk),
        "owner": job.owner_id,
        "event": "delta",
        "id": None,
        "data": piece,
    }
    keys = [_key(job.pk, job.attempt), channel(job.organization_id)]
    arguments = (json.dumps(piece), KEPT, json.dumps(message))
    best_effort(
        lambda client: client.eval(KEEP_AND_TELL, len(keys), *keys, *arguments),
        None,
        purpose="a piece of text",
    )


def _key(job_id: uuid.UUID, attempt: int) -> str:
    return f"conveyor:text:{job_id}:{attempt}"
