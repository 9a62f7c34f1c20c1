"""The forms of dates and periods, each with what it means."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from jobs.ai.values import periods
from jobs.ai.values.calendar_names import MONTHS, QUARTERS, ROMAN_MONTHS
from jobs.ai.values.meanings import Ambiguous, DayOfYear, Period

PIVOT = 70
"""Two digits from here on are years of the last century: 69 is 2069, and 70 is 1970."""
COMPACT_YEARS = range(1900, 2100)
"""Eight digits are a date within these years only."""
CalendarValue = date | Period | DayOfYear | Ambiguous[date]


class Context(NamedTuple):
    """How a form is read."""

    day_first: bool | None = None
    """Whether the day stands before the month where both are digits; `None` where not known."""
    cell: bool = False
    """Whether nothing but a date is expected, so that short forms are no risk."""


Form = tuple["re.Pattern[str]", Callable[["re.Match[str]", Context], CalendarValue | None]]
"""A pattern and its meaning, which is `None`, or a `ValueError`, where the calendar has none."""

LINK = r"(?:of |de |del |di |the |d')?"
_YEAR = r"(?P<year>[0-9]{4}|'?[0-9]{2})(?![0-9])"
YEAR_WORD = r"(?: ?(?:(?:года?|году|roku|år)\b|[гr]\b\.?))?+"
ORDINAL = r"(?:(?:st|nd|rd|th|er|e|º|ª|°|-?й|-го)(?![^\W\d_]))?+"
_NAME = r"(?P<name>[^\W\d_]{1,14}+)"
_DAY_MONTH = rf"(?P<day>[0-9]{{1,2}}){ORDINAL}\.?[-/. ]{{0,2}}{LINK}{_NAME}"


def year_of(text: str) -> int:
    """Return the year of four digits, or of two with or without an apostrophe."""
    number = int(text.lstrip("'"))
    if len(text) == 4:
        return number
    return number + (1900 if number >= PIVOT else 2000)


def in_digits(found: re.Match[str], context: Context) -> date | Ambiguous[date] | None:
    """Read 2025-03-04, 4.3.2025 and 3/4/2025."""
    first, mark, second, last = found.group("first", "mark", "second", "last")
    if len(first) == 4:
        return date(int(first), int(second), int(last)) if len(last) < 3 else None
    if len(last) == 1:
        return None
    if len(last) == 2 and not context.cell and mark != "/" and len(first) + len(second) < 4:
        return None  # 1.2.24 within a text is a version or a section
    year, one, two = year_of(last), int(first), int(second)
    if mark == "." or context.day_first is not None:
        day_first = mark == "." or context.day_first
        return date(year, two, one) if day_first else date(year, one, two)
    return _of_two_orders(year, one, two)


def _of_two_orders(year: int, one: int, two: int) -> date | Ambiguous[date]:
    if one > 12 or two > 12 or one == two:
        return date(year, two, one) if one >= two else date(year, one, two)
    return Ambiguous((date(year, two, one), date(year, one, two)), by="order")


def _compact(found: re.Match[str], context: Context) -> CalendarValue | None:
    year, month, day = map(int, found.group("year", "month", "day"))
    known = year in COMPACT_YEARS and 1 <= month <= 12
    return date(year, month, day) if known and 1 <= day <= monthrange(year, month)[1] else None


def _year_first(found: re.Match[str], context: Context) -> CalendarValue | None:
    return date(*map(int, found.group("year", "month", "day")))


def _roman(found: re.Match[str], context: Context) -> CalendarValue | None:
    number = ROMAN_MONTHS.get(found["name"].lower())
    return date(int(found["year"]), number, int(found["day"])) if number else None


def _worded(found: re.Match[str], context: Context) -> CalendarValue | None:
    """Read 3 March 2025, and 1. Quartal 2025."""
    name, written = found["name"].lower(), found["year"]
    if len(written) == 2 and not context.cell and not found["dash"].strip() and not found["ending"]:
        return None  # 5 May 10 people came
    if number := MONTHS.get(name):
        return date(year_of(written), number, int(found["day"]))
    if name in QUARTERS and len(written) == 4:
        return periods.quarter(int(written), int(found["day"]))
    return None


def _without_year(found: re.Match[str], context: Context) -> CalendarValue | None:
    name, day = found["name"], int(found["day"])
    number = MONTHS.get(name.lower())
    if context.cell or number is None or not (name[0].isupper() or len(name) > 5):
        return None
    return DayOfYear(number, day) if date(2000, number, day) else None


def _year_then_name(found: re.Match[str], context: Context) -> CalendarValue | None:
    number = MONTHS.get(found["name"].lower())
    if number is None:
        return None
    if day := found["day"]:
        return date(int(found["year"]), number, int(day))
    return periods.month(int(found["year"]), number)


def _year_month(found: re.Match[str], context: Context) -> CalendarValue | None:
    year, number = int(found["year"]), int(found["month"])
    if not context.cell and number > year % 100:
        return None  # 2010-12 may be years
    return periods.month(year, number)


def _month_year(found: re.Match[str], context: Context) -> CalendarValue | None:
    return periods.month(int(found["year"]), int(found["month"]))


def _quarter(found: re.Match[str], context: Context) -> CalendarValue | None:
    return periods.quarter(int(found["year"]), int(found["quarter"]))


def _week(found: re.Match[str], context: Context) -> CalendarValue | None:
    year, number, day = int(found["year"]), int(found["week"]), found["day"]
    return date.fromisocalendar(year, number, int(day)) if day else periods.week(year, number)


_FULL = r"(?P<year>[0-9]{4})"
_POINT_SPACE = r"(?:(?<=\.) )?"
IN_DIGITS = re.compile(
    rf"(?P<first>[0-9]{{4}}|[0-9]{{1,2}})(?P<mark>[-/.]){_POINT_SPACE}(?P<second>[0-9]{{1,2}})"
    rf"(?P=mark){_POINT_SPACE}(?P<last>[0-9]{{4}}|[0-9]{{1,2}})(?![0-9]){YEAR_WORD}"
)
_IN_WORDS = (
    rf"{_DAY_MONTH}\.?,?(?P<dash>[-/]| ?(?=')| ?){LINK}{_YEAR}"
    rf"(?P<ending>(?= ?(?:$|[.,;:)\]]|[0-9]{{1,2}}:)))?{YEAR_WORD}"
)
_NAME_DAY = rf"{_NAME}\.?(?: (?:the )?(?P<day>[0-9]{{1,2}})(?![0-9]){ORDINAL})?"
FORMS: tuple[Form, ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (IN_DIGITS.pattern, in_digits),
        (_IN_WORDS, _worded),
        (rf"{_FULL}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?![0-9])", _compact),
        (rf"{_FULL}[-/](?P<month>0[1-9]|1[0-2])(?![0-9])", _year_month),
        (r"(?P<month>0?[1-9]|1[0-2])/(?P<year>[12][0-9]{3})(?![0-9])", _month_year),
        (rf"{_FULL}[-/ ]?[QqTK](?P<quarter>[1-4])(?![0-9])", _quarter),
        (rf"{_FULL}-?W(?P<week>[0-9]{{2}})(?:-?(?P<day>[1-7]))?(?![0-9])", _week),
        (rf"{_FULL}年(?P<month>[0-9]{{1,2}})月(?P<day>[0-9]{{1,2}})日", _year_first),
        (rf"{_FULL}년 ?(?P<month>[0-9]{{1,2}})월 ?(?P<day>[0-9]{{1,2}})일", _year_first),
        (rf"(?P<day>[0-9]{{1,2}})\. ?(?P<name>[IVX]{{1,4}})\. ?{_FULL}(?![0-9])", _roman),
        (rf"{_FULL},? {_NAME_DAY}", _year_then_name),
        (_DAY_MONTH, _without_year),
    )
)
"""The forms that begin with digits, the commonest first."""
