"""Dates and times as people write them."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
NAME = r"(?P<name>[A-Za-z]{3,9})\.?"
TIME = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r" ?(?P<half>[AaPp][Mm])?(?P<zone>Z|[-+]\d{2}:?\d{2})?)?"
)
YEAR = r"(?P<year>\d{4})"
PATTERNS = tuple(
    re.compile(pattern + TIME)
    for pattern in (
        rf"{YEAR}(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d{2})",
        r"(?P<first>\d{1,2})(?P<mark>[/-])(?P<second_of_two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]{NAME},?[ -]{YEAR}",
        rf"{NAME} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {YEAR}",
    )
)
MONTH_PATTERNS = tuple(
    map(re.compile, (rf"{YEAR}[-/](?P<month>\d{{2}})", rf"{NAME}[ -]{YEAR}", rf"{YEAR} {NAME}"))
)
QUARTERS = tuple(
    map(re.compile, (rf"{YEAR}[- ]?Q(?P<quarter>[1-4])", rf"Q(?P<quarter>[1-4])[- /]?{YEAR}"))
)
PIVOT = 70
"""Two digits from here on are years of the last century."""


def parse(text: str, *, day_first: bool) -> date | datetime | None:
    """Read a date, a time (UTC, naive), a month or a quarter (its first day); `None` for no date.

    `day_first` settles what 03/04/2025 is.
    """
    if not (any(map(str.isdigit, text)) and 6 <= len(text) <= 40):
        return None
    for pattern in (*PATTERNS, *MONTH_PATTERNS, *QUARTERS):
        if found := pattern.fullmatch(text):
            try:
                return _made(found.groupdict(), day_first)
            except (ValueError, OverflowError):
                return None
    return None


def orders_of(cells: Iterable[str]) -> set[bool]:
    """Give the values of `day_first` with which all of these cells are dates."""
    possible = {True, False}
    for cell in cells:
        possible = {order for order in possible if parse(cell, day_first=order) is not None}
        if not possible:
            break
    return possible


def _made(parts: dict[str, str | None], day_first: bool) -> date | datetime:
    day = date(_year(str(parts["year"])), *_month_and_day(parts, day_first))
    if parts.get("hour") is None:
        return day
    hour = int(str(parts["hour"]))
    if half := parts["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of half a day")
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    time = datetime(
        *(day.year, day.month, day.day, hour),
        *(int(parts["minute"] or 0), int(parts["second"] or 0)),
        tzinfo=_zone(parts["zone"]),
    )
    return time.astimezone(UTC).replace(tzinfo=None)


def _month_and_day(parts: dict[str, str | None], day_first: bool) -> tuple[int, int]:
    if quarter := parts.get("quarter"):
        return 3 * int(quarter) - 2, 1
    if first := parts.get("first"):
        second = str(parts["second_of_two"])
        day, month = (first, second) if day_first else (second, first)
        return int(month), int(day)
    name = parts.get("name")
    month_number = _named(name) if name else int(str(parts["month"]))
    return month_number, int(parts.get("day") or 1)


def _named(name: str) -> int:
    full = name.lower()
    number = MONTHS.get(full[:3])
    if number is None or not date(2000, number, 1).strftime("%B").lower().startswith(full[:4]):
        raise ValueError("no month")
    return number


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= PIVOT else 2000)


def _zone(text: str | None) -> timezone:
    if text in (None, "Z"):
        return UTC
    sign = -1 if str(text)[0] == "-" else 1
    digits = str(text)[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
