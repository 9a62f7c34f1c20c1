"""The clock of the database, as a process knows it.

All times that are stored or compared come from this clock, so that the clocks of machines may
differ, or be set. Between two readings, the process counts on with a clock that nobody sets.
"""

import time
from datetime import UTC, datetime, timedelta

from django.db import connection

MAX_AGE_SECONDS = 30.0
"""The clock of the database may itself be set: after this time, it is read again."""


class DatabaseClock:
    """Tells the time of the database, mostly without asking it."""

    def __init__(self) -> None:
        self._reading: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """Return the time of the database, to within milliseconds."""
        reading = self._reading
        if reading is None or _uptime() - reading[1] > MAX_AGE_SECONDS:
            reading = self._read()
        return reading[0] + timedelta(seconds=_uptime() - reading[1])

    def observe(self, at: datetime) -> None:
        """Take a time that the database has just returned for a reading, to save a query."""
        self._reading = at, _uptime()

    def read_skew(self) -> timedelta:
        """Return how far the clock of this machine is ahead; negative if it is behind."""
        self._read()
        return machine_time() - self.now()

    def _read(self) -> tuple[datetime, float]:
        asked = _uptime()
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            [at] = cursor.fetchone()
        reading = self._reading = at, (asked + _uptime()) / 2
        return reading


def machine_time() -> datetime:
    """Return the time of this machine, for comparisons only."""
    return datetime.now(UTC)


def _uptime() -> float:
    """Return seconds of a clock that cannot be set, and that also counts while a machine sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


database_clock = DatabaseClock()
"""The one of this process."""
