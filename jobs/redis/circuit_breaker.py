"""A circuit breaker: after a failure, callers skip the service for a few seconds."""

import time


class CircuitBreaker:
    """Open for `open_seconds` after each failure. While it is open, do not call the service."""

    def __init__(self, open_seconds: float) -> None:
        self._open_seconds = open_seconds
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the last failure is too recent for another call."""
        return time.monotonic() < self._open_until

    def trip(self) -> None:
        """Record a failure."""
        self._open_until = time.monotonic() + self._open_seconds

    def reset(self) -> None:
        """Forget the last failure."""
        self._open_until = 0.0
