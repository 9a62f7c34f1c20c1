"""The scheduler of Celery beat: no clock of a machine decides when maintenance runs."""

import time
from typing import Any

from celery.beat import ScheduleEntry, Scheduler

from jobs.redis import heartbeats

MAX_FIRST_WAIT_SECONDS = 30.0
"""A task with a longer interval first runs this long after beat starts, since beat may restart
more often than the task runs."""
MAX_WAITING_SECONDS = 10.0
"""In addition to its interval: after this time, the message of a task counts as lost."""


class MonotonicScheduler(Scheduler):
    """Enqueues each task when its interval has passed, unless its last message still waits.

    It counts seconds instead of comparing times, so that setting a clock neither stops nor repeats
    anything. Messages do not expire, because the clock of another machine would decide that.
    """

    def setup_schedule(self) -> None:
        """Read the entries. They are not stored: a file would hold times of a clock."""
        self.merge_inplace(self.app.conf.beat_schedule)
        now = time.monotonic()
        self._due_at = {
            name: now + min(_interval(entry), MAX_FIRST_WAIT_SECONDS)
            for name, entry in self.schedule.items()
        }

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Enqueue what is due; return the seconds until the next entry is."""
        for name, entry in self.schedule.items():
            now = time.monotonic()
            if self._due_at[name] <= now:
                self._due_at[name] = now + _interval(entry)
                self.apply_entry(entry, producer=self.producer)
        return max(0.0, min(self._due_at.values()) - time.monotonic())

    def apply_async(self, entry: ScheduleEntry, *args: Any, **kwargs: Any) -> Any:
        """Enqueue a task, unless its last message still waits; return `None` then."""
        task = str(entry.task)
        if not heartbeats.begin_waiting(task, MAX_WAITING_SECONDS + _interval(entry)):
            return None
        try:
            return super().apply_async(entry, *args, **kwargs)
        except Exception:
            heartbeats.end_waiting(task)
            raise


def _interval(entry: ScheduleEntry) -> float:
    every: Any = entry.schedule
    return float(every.run_every.total_seconds())
