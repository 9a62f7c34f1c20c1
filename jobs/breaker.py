"""A breaker: a server that has just failed is left alone for a moment; nobody waits for it."""

import time


class Breaker:
    """Open for `seconds` after each failure; while it is open, do not try."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the last failure is too recent for another try."""
        return time.monotonic() < self._until

    def trip(self) -> None:
        """Note a failure."""
        self._until = time.monotonic() + self._seconds
