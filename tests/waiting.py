"""Waiting for events in other processes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psutil

T = TypeVar("T")

TIMEOUT_SECONDS = 150.0
"""Seconds after which what is waited for will not come, on the slowest machine."""
MAX_POLL_INTERVAL_SECONDS = 0.1


def until(seen: Callable[[], T | None], *, within: float = TIMEOUT_SECONDS, what: str = "") -> T:
    """Wait until `seen` returns something true, and return it.

    The interval grows: a test that waits long leaves the processors to what it waits for.
    """
    deadline = time.monotonic() + within
    interval = 0.02
    while not (found := seen()):
        assert time.monotonic() < deadline, f"not seen within {within:g} s: {what or seen}"
        time.sleep(interval)
        interval = min(interval * 1.1, MAX_POLL_INTERVAL_SECONDS)
    return found


@contextmanager
def suspended(*processes: psutil.Process) -> Iterator[None]:
    """Have processes stand still inside the block."""
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()
