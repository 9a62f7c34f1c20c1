"""How long a delivery is tried, and how long a receiver that fails is left alone."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

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
LONGEST_ASKED = timedelta(hours=6)
"""A receiver may ask to be left alone for so long; what it asks beyond that is not heard."""
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


def asked_wait(value: str, now: datetime) -> timedelta:
    """Read a `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date; bounded.

    What is neither asks for nothing.
    """
    if value.isascii() and value.isdecimal():
        return min(LONGEST_ASKED, timedelta(seconds=int(value[:9])))
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return timedelta(0)
    # of a date without a zone, such as `-0000` gives, HTTP means GMT
    left = until.replace(tzinfo=until.tzinfo or UTC) - now
    return max(timedelta(0), min(LONGEST_ASKED, left))
