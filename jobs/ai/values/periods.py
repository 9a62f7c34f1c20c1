"""Weeks, months, quarters and years, with their first and last day."""

import calendar
from datetime import date, timedelta

from jobs.ai.values.meanings import Period


def month(year: int, number: int) -> Period:
    """Return a month. Raises `ValueError`, as the others do, if the calendar does not have it."""
    start = date(year, number, 1)
    return Period("month", start, start.replace(day=calendar.monthrange(year, number)[1]))


def quarter(year: int, number: int) -> Period:
    """Return a quarter, from 1 to 4."""
    return Period("quarter", date(year, 3 * number - 2, 1), month(year, 3 * number).end)


def week(year: int, number: int) -> Period:
    """Return a week of ISO 8601, which begins on Monday."""
    start = date.fromisocalendar(year, number, 1)
    return Period("week", start, start + timedelta(days=6))


def whole_year(year: int) -> Period:
    """Return a year."""
    return Period("year", date(year, 1, 1), date(year, 12, 31))
