"""Waiting for a database that restarts, instead of failing the work that wants to write."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)
T = TypeVar("T")

AGAIN_AFTER = 0.5
"""Seconds between two tries."""


def persist(work: Callable[[], T], *, within: timedelta) -> T:
    """Do `work`, again while the database is away, for `within` at most.

    For one conditional statement outside a transaction: done twice, it finds that it was first, or
    that it is fenced off. Raises the database's error when the time is up.
    """
    deadline = time.monotonic() + within.total_seconds()
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            log.warning("the database is away, trying again: %s", error)
            connection.close()
            time.sleep(AGAIN_AFTER)
