"""A cache with a time to live, for values that many requests need at the same time."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class TtlCache(Generic[T]):
    """Caches the result of `load` for `seconds`.

    While one thread refreshes the value, other callers get the previous one. Only the first call
    blocks.
    """

    def __init__(self, load: Callable[[], T], *, seconds: float) -> None:
        self._load = load
        self._seconds = seconds
        self._refresh = threading.Lock()
        self._entry: tuple[float, T] | None = None

    def get(self) -> T:
        """Return the value; raises what `load` raises."""
        entry = self._entry
        if entry is not None and self._is_fresh(entry):
            return entry[1]
        if not self._refresh.acquire(blocking=entry is None):
            assert entry is not None  # noqa: S101  (without an entry, acquire blocks)
            return entry[1]
        try:
            entry = self._entry
            if entry is None or not self._is_fresh(entry):  # another thread may have refreshed it
                entry = self._entry = (time.monotonic(), self._load())
            return entry[1]
        finally:
            self._refresh.release()

    def clear(self) -> None:
        """Drop the value, so that the next call loads it."""
        self._entry = None

    def _is_fresh(self, entry: tuple[float, T]) -> bool:
        return time.monotonic() - entry[0] < self._seconds
