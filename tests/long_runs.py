"""Sizes of randomized tests: short by default, full with `TEST_LONG=1` (`make test-long`)."""

import os
from typing import TypeVar

T = TypeVar("T")

IS_LONG = os.environ.get("TEST_LONG", "0") not in {"", "0"}


def size(short: T, *, full: T) -> T:
    """Return the size of this run: `short`, or `full` with `TEST_LONG=1`."""
    return full if IS_LONG else short
