"""The `Retry-After` header of a response: how long a server asks its caller to wait."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DELAY_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?")
"""RFC 9110 allows whole seconds only; real servers also send fractions."""


def parse_retry_after(value: str, *, now: datetime, max_wait: timedelta) -> timedelta:
    """Return the wait that a `Retry-After` (RFC 9110, section 10.2.3) asks for. Never raises.

    The result lies between zero and `max_wait`. A value that is neither a number of seconds nor
    a date, and a date in the past, give zero.
    """
    value = value.strip()
    if DELAY_SECONDS.fullmatch(value):
        return timedelta(seconds=min(float(value), max_wait.total_seconds()))
    try:
        until = parsedate_to_datetime(value)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return timedelta(0)
    # HTTP dates are in GMT; Python gives a date with the zone `-0000`, or without one, no zone.
    wait = until.replace(tzinfo=until.tzinfo or UTC) - now
    return max(timedelta(0), min(wait, max_wait))
