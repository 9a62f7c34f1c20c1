"""Two database sessions that a test interleaves in an order of its choice."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection, transaction


class Session:
    """A connection of its own, in a thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self.pid = int(self.do(self._backend))

    def begin(self, work: Callable[[], Any]) -> "Future[Any]":
        """Start some work in this session."""
        return self._thread.submit(work)

    def do(self, work: Callable[[], Any]) -> Any:
        """Do some work in this session, and wait for it."""
        return self.begin(work).result(timeout=30)

    def close(self) -> None:
        """Give the connection back."""
        # `connection` is each thread's own, so it is looked up there
        self.do(lambda: connection.close())  # noqa: PLW0108
        self._thread.shutdown()

    def is_blocked(self) -> bool:
        """Say whether this session waits for a lock; to be asked from another thread."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.pid])
            return bool(cursor.fetchone()[0])

    @staticmethod
    def _backend() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])


def overlap(
    first: Session, then: Session, work: Callable[[], Any], late: Callable[[], Any]
) -> tuple[Any, Any]:
    """Do `work` in a transaction that stays open until `late` is done or waits for it.

    This is the whole of what two sessions can do to each other under row locks; it depends on no
    timing, so a history that fails can be repeated.
    """
    open_transaction = transaction.atomic()
    first.do(open_transaction.__enter__)
    result = first.do(work)
    waiting = then.begin(late)
    deadline = time.monotonic() + 30
    while not waiting.done() and not then.is_blocked():
        assert time.monotonic() < deadline
    first.do(lambda: open_transaction.__exit__(None, None, None))
    return result, waiting.result(timeout=30)
