"""Duties: the independent parts of a maintenance round. A failed or slow duty stops no other."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self, TypeVar

from django.db import Error as DatabaseError
from django.db import connection

from jobs.redis import heartbeats

log = logging.getLogger(__name__)

Item = TypeVar("Item")

LOCK_TIMEOUT_MS = 500
"""How long a statement waits for a row that somebody else has locked."""
STATEMENT_TIMEOUT_MS = 5000
SAVEPOINT_STATEMENTS = ("SAVEPOINT", "RELEASE", "ROLLBACK")
"""An aborted transaction accepts no other statement before a rollback."""
BUDGET_SECONDS = 1.0
"""A duty starts no further batch after this time. The next round continues."""


class Round:
    """A round of duties. Each has its own failure, and its own time.

    A duty that raises is logged, and shown by the metrics and `/readyz` until it succeeds.
    """

    def __init__(self, task: str) -> None:
        self._task = task
        self._results: dict[str, bool] = {}
        self._limits: Any = None

    def __enter__(self) -> Self:
        self._limits = limit_statements()
        self._limits.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._limits.__exit__(*error)
        heartbeats.record_duties(self._results)

    def run(
        self, name: str, duty: Callable[["Budget"], int], seconds: float = BUDGET_SECONDS
    ) -> int:
        """Run a duty for about `seconds`; return its number of jobs, or 0 if it failed."""
        duty_name = f"{self._task}/{name}"
        try:
            done = duty(Budget(seconds))
        except Exception:
            log.exception("%s failed. The next round repeats it", duty_name)
            self._results[duty_name] = False
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            return 0
        self._results[duty_name] = True
        return done


class Budget:
    """The time of one duty."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds

    @property
    def is_left(self) -> bool:
        """Whether another batch can start."""
        return time.monotonic() < self._deadline

    def repeat(self, batch: Callable[[], int], size: int) -> int:
        """Call `batch` while it does `size` at a time and time is left; return the sum."""
        total = count = batch()
        while count >= size and self.is_left:
            count = batch()
            total += count
        return total

    def try_each(self, items: Iterable[Item], act: Callable[[Item], object]) -> int:
        """Act on each item while time is left; return how many succeeded.

        For items of which one may be broken: an error is logged, and concerns its item alone.
        """
        succeeded = 0
        for item in items:
            try:
                act(item)
                succeeded += 1
            except DatabaseError:
                log.exception("%s failed alone. The next round repeats it", item)
            if not self.is_left:
                break
        return succeeded


@contextmanager
def limit_statements() -> Iterator[None]:
    """Limit how long each statement of this thread waits for locks, and how long it runs.

    The settings travel with each statement and end with its transaction, so that they also hold
    behind a connection pooler, and never stay on a connection that others use.
    """
    limits = (
        f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}; "
        f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}; "
    )

    def execute(run: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        is_limited = not many and not sql.startswith(SAVEPOINT_STATEMENTS)
        return run(limits + sql if is_limited else sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield
