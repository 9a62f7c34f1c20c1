"""An answer that several may share for a moment: many who ask at once cost as much as one."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """What `look` gave last, looked at again when it is older than `seconds`.

    Who asks while another looks gets the answer before; only the first ones wait.
    """

    def __init__(self, look: Callable[[], T], *, seconds: float) -> None:
        self._look = look
        self._seconds = seconds
        self._looking = threading.Lock()
        self._answer: tuple[float, T] | None = None

    def get(self) -> T:
        """Give the answer; raises what `look` raises."""
        kept = self._answer
        if kept is not None and self._is_fresh(kept):
            return kept[1]
        if not self._looking.acquire(blocking=kept is None):
            assert kept is not None  # noqa: S101  (without one it waits)
            return kept[1]
        try:
            kept = self._answer
            if kept is None or not self._is_fresh(kept):  # another may have looked meanwhile
                kept = self._answer = (time.monotonic(), self._look())
            return kept[1]
        finally:
            self._looking.release()

    def forget(self) -> None:
        """Look again, whenever it was."""
        self._answer = None

    def _is_fresh(self, kept: tuple[float, T]) -> bool:
        return time.monotonic() - kept[0] < self._seconds
