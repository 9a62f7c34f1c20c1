"""Estimates of when a pending job starts, from the line ahead of it and usual durations."""

import heapq
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection

from jobs import registry
from jobs.errors import UnknownJobType

DEFAULT_DURATION_SECONDS = 30.0
"""For a type that this process does not know and that has no history."""


@dataclass(frozen=True, kw_only=True)
class LineAhead:
    """The jobs of a queue that start before a given one."""

    ahead: int
    types_ahead: list[str]
    """In their order; the first 1,000."""
    running: list[tuple[str, float]]
    """Type, and seconds since its start, of each running job of the queue."""


def estimate_wait(line: LineAhead) -> float:
    """Estimate in how many seconds the job behind a line starts.

    Each running job occupies a slot until its usual duration has passed; the jobs of the line take
    the slots in their order as they become free.
    """
    durations = usual_durations()
    slots = [max(0.0, _duration(name, durations) - ran) for name, ran in line.running] or [0.0]
    heapq.heapify(slots)
    for name in line.types_ahead:
        heapq.heapreplace(slots, slots[0] + _duration(name, durations))
    beyond = line.ahead - len(line.types_ahead)
    if beyond and line.types_ahead:
        usual = sum(_duration(name, durations) for name in line.types_ahead) / len(line.types_ahead)
        return slots[0] + beyond * usual / len(slots)
    return slots[0]


def read_line(job_id: UUID) -> LineAhead:
    """Read the line ahead of a pending job, across organizations: counts, and no one's jobs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM jobs_line_ahead(%s)", [job_id])
        ahead, types, running_types, running_seconds = cursor.fetchone()
    running = list(zip(running_types, running_seconds, strict=True))
    return LineAhead(ahead=ahead, types_ahead=types, running=running)


def usual_durations() -> dict[str, float]:
    """Return the median duration in seconds of the newest completed jobs of each type."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, seconds FROM jobs_usual_durations()")
        return dict(cursor.fetchall())


def _duration(type: str, measured: dict[str, float]) -> float:
    if type in measured:
        return measured[type]
    try:
        declared = registry.get(type).typical_duration
    except UnknownJobType:
        return DEFAULT_DURATION_SECONDS
    return (sum(declared, timedelta()) / 2).total_seconds()
