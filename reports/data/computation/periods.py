"""Periods of time and their names."""

import re
from datetime import date, datetime, time, timedelta

from reports.data.computation.views import Bucket
from reports.data.tables.profile import ColumnProfile

GIVEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?)?)?")
BUCKET_LIMITS: tuple[tuple[Bucket, int, int], ...] = (
    ("day", 45, 5),
    ("week", 180, 20),
    ("month", 1500, 60),
    ("quarter", 4000, 200),
)
"""Each with the maximum range and the maximum spacing of values, in days."""


def period_start(moment: date, bucket: Bucket) -> date:
    """Return the first day of the period of a moment; weeks begin on Monday."""
    day = moment.date() if isinstance(moment, datetime) else moment
    if bucket == "day":
        return day
    if bucket == "week":
        # the first week of the year 1 has no Monday
        return day - timedelta(days=min(day.weekday(), (day - date.min).days))
    if bucket == "month":
        return day.replace(day=1)
    if bucket == "quarter":
        return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
    return day.replace(month=1, day=1)


def label(day: date, bucket: Bucket | None) -> str:
    """Name a period so that names sort chronologically: `2025-03`, `2025 Q1`, `2025-W09`."""
    if bucket == "year":
        return f"{day.year:04}"
    if bucket == "quarter":
        return f"{day.year:04} Q{(day.month + 2) // 3}"
    if bucket == "month":
        return f"{day.year:04}-{day.month:02}"
    if bucket == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return day.isoformat()


def choose_bucket(column: ColumnProfile) -> Bucket:
    """Choose the bucket that gives a readable number of mostly non-empty periods."""
    if column.min is None:
        return "year"
    first, last = (datetime.fromisoformat(str(end)) for end in (column.min, column.max))
    days = (last - first).days
    spacing = days / max(1, column.distinct - 1)
    fitting = (name for name, most, wide in BUCKET_LIMITS if days <= most and spacing <= wide)
    return next(fitting, "year")


def span(value: object) -> tuple[datetime, datetime] | None:
    """Return start and end (exclusive) of 2025, 2025-03 or 2025-03-01T10:00.

    `None` if it is not a time, or outside the calendar.
    """
    text = f"{value:g}" if isinstance(value, float) else str(value).strip().removesuffix("Z")
    found = GIVEN.fullmatch(text)
    if found is None:
        return None
    parts = [int(part) for part in found.groups() if part is not None]
    try:
        first = datetime(*[*parts, 1, 1][: max(3, len(parts))])  # type: ignore[arg-type]  # noqa: DTZ001  # all are UTC; three to six parts
        return first, _end(first, len(parts))
    except (ValueError, OverflowError):
        return None


def _end(first: datetime, parts: int) -> datetime:
    if parts == 1:
        return first.replace(year=first.year + 1)
    if parts == 2:
        return (first + timedelta(days=31)).replace(day=1)
    lengths = {3: timedelta(days=1), 5: timedelta(minutes=1)}
    return first + lengths.get(parts, timedelta(seconds=1))


def as_time(moment: date) -> datetime:
    """Return the midnight at which a date begins."""
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.min)
