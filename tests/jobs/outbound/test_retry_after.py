"""`Retry-After` is read as RFC 9110 defines it, and as servers send it, within a bound."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from jobs.outbound.retry_after import parse_retry_after

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SOON = timedelta(minutes=10)
MAX_WAIT = timedelta(hours=6)
INVALID = (
    *("", " ", "-5", "+5", "1e3", "0x10", "nan", "inf", "1_000", "1,5", ".5", "٣", "soon", "\x00"),
    *("Fri, 99 Jan", "Fri", "Fri, 02 Jan 2026 03:14:05 +99999999999999", "02 Jan 99999999999"),
    "Fri, 02 Jan 2026 99999999999999:14:05 GMT",
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("600", SOON),
        (" 600 ", SOON),
        ("0", timedelta(0)),
        ("1.5", timedelta(seconds=1.5)),
        ("600.", SOON),
        (format_datetime(NOW + SOON, usegmt=True), SOON),
        ("Fri, 02 Jan 2026 03:14:05 -0000", SOON),
        ("Fri, 02 Jan 2026 03:14:05", SOON),
        ("Fri, 02 Jan 2026 04:14:05 +0100", SOON),
        ("Friday, 02-Jan-26 03:14:05 GMT", SOON),
        ("Fri Jan  2 03:14:05 2026", SOON),
        (format_datetime(NOW - SOON, usegmt=True), timedelta(0)),
        ("999999999999999999", MAX_WAIT),
        ("9" * 5000, MAX_WAIT),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_WAIT),
        ("Fri, 31 Dec 9999 23:59:59 -2359", MAX_WAIT),
        ("Mon, 01 Jan 0001 00:00:00 +2359", timedelta(0)),
        *((value, timedelta(0)) for value in INVALID),
    ],
)
def test_seconds_and_dates_are_read_within_a_bound(value: str, expected: timedelta) -> None:
    assert parse_retry_after(value, now=NOW, max_wait=MAX_WAIT) == expected
