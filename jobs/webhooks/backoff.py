"""How long a delivery is tried, and how long a receiver that fails is left alone."""

import random
from collections.abc import Callable
from datetime import timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=6),
    timedelta(hours=11),
)
"""After the first try, the second, and so on: nine tries over a day."""
JITTER = 0.2
LONGEST_REST = timedelta(minutes=5)
MAX_REQUESTED_WAIT = timedelta(hours=6)
"""The longest `Retry-After` of a receiver that is honoured in full; a longer one is cut to this."""
DISABLED_AFTER = timedelta(days=5)
"""A webhook none of whose tries has succeeded for so long is disabled."""


def wait_after(attempt: int, jitter: Callable[[], float] = random.random) -> timedelta | None:
    """Answer how long to wait after try number `attempt`; `None` after the last one.

    `jitter` gives numbers in [0, 1): receivers that were down together are not called together.
    """
    if attempt > len(WAITS):
        return None
    return WAITS[attempt - 1] * (1 - JITTER + 2 * JITTER * jitter())


def rest_after(failures: int) -> timedelta:
    """Answer how long a webhook rests after so many failures in a row.

    Each event of a dead receiver would otherwise hold one of few slots for its whole time-out.
    """
    return min(LONGEST_REST, timedelta(seconds=2 ** min(failures, 30)))
