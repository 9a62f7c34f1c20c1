"""Progress of an attempt: monotone, coalesced, told live often and stored less often."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jobs.attempt import fenced_writes
from jobs.attempt.fenced_writes import Held
from jobs.attempt.text_stream import Writing
from jobs.models import Job
from jobs.redis import pubsub

LIVE_EVERY = 0.25
"""Seconds between two live messages."""
ROW_EVERY = 1.5
"""Seconds between two writes of the row."""

Announce = Callable[[dict[str, Any]], None]
"""Tells Celery: the result backend, Flower, any Celery client."""


@dataclass
class Progress:
    """How far one attempt is. The handler reports; the lease keeper flushes what was held back."""

    job: Job
    announce: Announce
    text: Writing = field(init=False)
    percent: int = field(init=False)
    message: str = ""
    _told_at: float = 0.0
    _stored_at: float = 0.0
    _untold: bool = False
    _unstored: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.text = Writing(self.job)
        self.percent = self.job.progress  # not 0 where parts have done the work

    def report(self, percent: float, message: str) -> None:
        """Take a report. A lower percentage than before keeps the higher one."""
        with self._lock:
            new = max(self.percent, min(100, max(0, int(percent))))
            if (new, message) == (self.percent, self.message):
                return
            self.percent, self.message = new, message
            self._untold = self._unstored = True
        self._tell()

    def flush(self) -> Held | None:
        """Write and tell what was held back; answer whether the attempt still has the job."""
        self._tell()
        self.text.flush()
        with self._lock:
            due = self._unstored and time.monotonic() - self._stored_at >= ROW_EVERY
            percent, message = self.percent, self.message
            if due:
                self._unstored, self._stored_at = False, time.monotonic()
        if not due:
            return Held(cancel_requested=False)
        held = fenced_writes.report_progress(self.job, percent, message)
        if held is not None and self.job.batch_id is not None:
            roll_up(self.job.batch_id)
        return held

    def _tell(self) -> None:
        with self._lock:
            if not self._untold or time.monotonic() - self._told_at < LIVE_EVERY:
                return
            self._untold, self._told_at = False, time.monotonic()
            data = _tell_live(self.job, self.percent, self.message)
        self.announce(data)


def roll_up(batch_id: uuid.UUID) -> None:
    """Tell how far a job is that waits for the parts in this batch, where one does."""
    whole = fenced_writes.roll_up(batch_id)
    if whole is not None:
        _tell_live(whole, whole.progress, whole.message)


def _tell_live(job: Job, percent: int, message: str) -> dict[str, Any]:
    data = {"progress": percent, "message": message, "attempt": job.attempt}
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
    return data
