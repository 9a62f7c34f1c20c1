"""Retries of database work while the database is unavailable, for example during a restart."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import Error as DatabaseError
from django.db import connection

from jobs.models.outages import is_outage

log = logging.getLogger(__name__)
T = TypeVar("T")

RETRY_INTERVAL_SECONDS = 0.5


def retry_on_disconnect(work: Callable[[], T], *, within: timedelta) -> T:
    """Call `work`, and repeat it for at most `within` while the database is unavailable.

    `work` must be safe to repeat: a single conditional statement outside a transaction, which
    matches no row when it has already run or is fenced off. Raises the database error when the
    time is up.
    """
    deadline = time.monotonic() + within.total_seconds()
    while True:
        try:
            return work()
        except DatabaseError as error:
            if not is_outage(error) or connection.in_atomic_block or time.monotonic() > deadline:
                raise
            log.warning("the database is unavailable, retrying: %s", error)
            connection.close()
            time.sleep(RETRY_INTERVAL_SECONDS)
