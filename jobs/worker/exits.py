"""Ends of a handler that are no `Exception`: which are outcomes, and which end the process."""

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from celery.exceptions import WorkerShutdown, WorkerTerminate

from jobs.errors import Interrupted

log = logging.getLogger(__name__)

EXIT_CODE_OF_COPIES = 70
"""EX_SOFTWARE of sysexits.h."""


def raise_exit(error: BaseException, interruption: Interrupted | None) -> None:
    """Raise what ends the attempt from outside, or ends the process; return for an outcome.

    `SystemExit`, `asyncio.CancelledError` and other exceptions of the handler are outcomes. If the
    attempt was interrupted, they are its effect, for example of a task group that the interruption
    cancelled.
    """
    if isinstance(error, Exception):
        return
    if isinstance(error, Interrupted) or _ends_process(error):
        raise error
    if interruption is not None:
        raise interruption
    if isinstance(error, BaseExceptionGroup) and (found := _find_interruption(error)):
        raise found


@contextmanager
def exit_forked_copies() -> Iterator[None]:
    """End a process that the handler forked and that returns from it like the original.

    It would write the outcome a second time, on the connection that it shares with the original.
    """
    process = os.getpid()
    try:
        yield
    finally:
        if os.getpid() != process:
            log.error("a process that the handler forked did not exit by itself; ending it")
            os._exit(EXIT_CODE_OF_COPIES)


def _ends_process(error: BaseException) -> bool:
    if isinstance(error, KeyboardInterrupt):  # worker processes ignore SIGINT
        return signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if isinstance(error, WorkerShutdown | WorkerTerminate):
        return True
    # billiard ends its processes with -(256 - number of the signal)
    return isinstance(error, SystemExit) and isinstance(error.code, int) and error.code < 0


def _find_interruption(group: BaseExceptionGroup[BaseException]) -> Interrupted | None:
    for error in group.exceptions:
        inner = _find_interruption(error) if isinstance(error, BaseExceptionGroup) else error
        if isinstance(inner, Interrupted):
            return inner
    return None
