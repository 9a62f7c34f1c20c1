"""Waiting for events in other processes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psutil

T = TypeVar("T")

TIMEOUT_SECONDS = 150.0
"""Seconds after which what is waited for will not come, on the slowest machine."""


def until(seen: Callable[[], T | None], *, within: float = TIMEOUT_SECONDS, what: str = "") -> T:
    """Wait until `seen` gives something true, and give it."""
    deadline = time.monotonic() + within
    while not (found := seen()):
        assert time.monotonic() < deadline, f"not seen within {within:g} s: {what or seen}"
        time.sleep(0.05)
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
