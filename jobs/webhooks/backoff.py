"""Back-off of webhooks: the delays between the tries of a delivery, and the pauses of a webhook."""

import random
from collections.abc import Callable
from datetime import timedelta

RETRY_DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=6),
    timedelta(hours=11),
)
"""The delay after the first try, the second, and so on: nine tries over a day."""
JITTER = 0.2
"""Each delay is longer or shorter by up to this share."""
MAX_PAUSE = timedelta(minutes=5)
MAX_REQUESTED_WAIT = timedelta(hours=6)
"""The longest `Retry-After` of a receiver that is honoured in full; a longer one is cut to this."""
DISABLE_AFTER = timedelta(days=5)
"""A webhook is disabled if no try has succeeded for this long."""


def retry_delay(attempt: int, jitter: Callable[[], float] = random.random) -> timedelta | None:
    """Return the delay after try number `attempt`, or `None` after the last one.

    `jitter` returns numbers in [0, 1). It spreads the calls to receivers that failed together.
    """
    if attempt > len(RETRY_DELAYS):
        return None
    return RETRY_DELAYS[attempt - 1] * (1 - JITTER + 2 * JITTER * jitter())


def pause_after_failures(failures: int) -> timedelta:
    """Return how long a webhook pauses after this many failures in a row.

    Without a pause, each event of a dead receiver would block a delivery thread for the whole
    timeout.
    """
    return min(MAX_PAUSE, timedelta(seconds=2 ** min(failures, 30)))
