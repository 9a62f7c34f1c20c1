"""Progress of an attempt: never falls, is published often, and stored less often."""

import math
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jobs.attempt import fenced_writes
from jobs.attempt.fenced_writes import Ownership
from jobs.attempt.text_stream import TextStream
from jobs.lifecycle.storable import clean_text
from jobs.models import Job
from jobs.redis import pubsub

PUBLISH_INTERVAL_SECONDS = 0.25
"""Minimum interval between two live messages."""
STORE_INTERVAL_SECONDS = 1.5
"""Minimum interval between two writes of the row. The claim is the first one."""
MAX_MESSAGE_CHARACTERS = 1000

CLOSE_SECONDS = 1.0
"""How long the end of an attempt waits for a listener that is being called."""

ProgressListener = Callable[[dict[str, Any]], None]
"""Receives progress, for Celery's result backend and Flower. It may wait for Redis."""


@dataclass
class Progress:
    """Progress of one attempt. The handler reports; the lease keeper flushes coalesced reports.

    A report waits for nothing. Only the lease keeper calls the listener, with the latest progress;
    an attempt that is shorter than its interval has only an outcome there.
    """

    job: Job
    listener: ProgressListener
    text: TextStream = field(init=False)
    percent: int = field(init=False)
    message: str = ""
    _published_at: float = 0.0
    _stored_at: float = field(default_factory=time.monotonic)
    _is_unpublished: bool = False
    _is_unstored: bool = False
    _is_unheard: bool = False
    _is_closed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _listening: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.text = TextStream(self.job)
        self.percent = self.job.progress  # not 0 if parts have done the work

    def report(self, percent: float, message: str) -> None:
        """Record a report. A lower percentage than before keeps the higher one."""
        message = clean_text(message, MAX_MESSAGE_CHARACTERS)
        percent = percent if math.isfinite(percent) else 0
        with self._lock:
            new = max(self.percent, min(100, max(0, int(percent))))
            if (new, message) == (self.percent, self.message):
                return
            self.percent, self.message = new, message
            self._is_unpublished = self._is_unstored = self._is_unheard = True
        self._publish()

    def close(self) -> None:
        """End the progress before the outcome is written: nothing is published any more."""
        with self._lock:
            self._is_closed = True
        if self._listening.acquire(timeout=CLOSE_SECONDS):
            self._listening.release()

    def flush(self) -> Ownership | None:
        """Publish and store coalesced reports; `None` if the attempt no longer owns the job."""
        self._publish()
        self._call_listener()
        if not self._is_closed:
            self.text.flush()
        with self._lock:
            elapsed = time.monotonic() - self._stored_at
            is_due = self._is_unstored and elapsed >= STORE_INTERVAL_SECONDS
            percent, message = self.percent, self.message
            if is_due:
                self._is_unstored, self._stored_at = False, time.monotonic()
        if not is_due:
            return Ownership(cancel_requested=False)
        ownership = fenced_writes.store_progress(self.job, percent, message)
        if ownership is not None and self.job.parent_id is not None:
            roll_up_parts(self.job.parent_id)
        return ownership

    def _publish(self) -> None:
        with self._lock:
            elapsed = time.monotonic() - self._published_at
            is_early = elapsed < PUBLISH_INTERVAL_SECONDS
            if not self._is_unpublished or is_early or self._is_closed:
                return
            self._is_unpublished, self._published_at = False, time.monotonic()
            _publish_live(self.job, self._data)

    def _call_listener(self) -> None:
        with self._listening:
            with self._lock:
                if not self._is_unheard or self._is_closed:
                    return
                self._is_unheard = False
                data = self._data
            self.listener(data)

    @property
    def _data(self) -> dict[str, Any]:
        return _describe(self.job, self.percent, self.message)


def roll_up_parts(parent_id: uuid.UUID) -> None:
    """Store and publish the progress of a split job, which is the mean of its parts."""
    parent = fenced_writes.roll_up_parts(parent_id)
    if parent is not None:
        _publish_live(parent, _describe(parent, parent.progress, parent.message))


def _describe(job: Job, percent: int, message: str) -> dict[str, Any]:
    return {"progress": percent, "message": message, "attempt": job.attempt}


def _publish_live(job: Job, data: dict[str, Any]) -> None:
    pubsub.publish(
        job.organization_id,
        {
            "job": str(job.pk),
            "owner": job.owner_id,
            "event": "progress",
            "id": None,
            "data": data,
        },
    )
