"""Dates and periods that begin with a name: March 3, 2025, Q1 2025, KW 10/2025."""

import re
from contextlib import suppress
from datetime import date

from jobs.ai.values import periods
from jobs.ai.values.calendar_names import (
    MONTHS,
    QUARTER_LETTERS,
    QUARTER_NUMBERS,
    QUARTERS,
    WEEKS,
)
from jobs.ai.values.date_forms import LINK, ORDINAL, YEAR_WORD, CalendarValue, Context, year_of

MAX_BEFORE_CHARACTERS = 32
_LAST_WORDS = frozenset({*MONTHS, *QUARTERS, *WEEKS, "t", "k", "the", "of", "de", "del"})
_LETTER = re.compile(r"[^\W\d_]")
Named = tuple[int, int, CalendarValue]
"""Begin, end and meaning."""

_NAME_BEFORE = re.compile(
    r"(?P<name>[^\W\d_]{1,14}+)\.?,?(?P<gap>[-/ ]?)(?:the |of |de |del |d')?$"
)
_QUARTER_IN_WORDS = re.compile(
    r"(?P<number>[^\W\d_]{1,6}+) (?P<name>[^\W\d_]{1,14}+)(?: of| de| del|,)? $"
)
_DAY_YEAR = re.compile(
    rf"(?P<day>[0-9]{{1,2}})(?![0-9]){ORDINAL}\.?(?:, ?| |-|/){LINK}"
    rf"(?P<year>[0-9]{{4}}|'[0-9]{{2}})(?![0-9]){YEAR_WORD}"
)
_ONLY_YEAR = re.compile(rf"(?P<year>[12][0-9]{{3}})(?![0-9]){YEAR_WORD}")
_PART_OF_YEAR = re.compile(
    r"(?P<number>[0-9]{1,2})(?:[-/ ]|, ?)(?:of |de |del )?(?P<year>[12][0-9]{3})(?![0-9])"
)


def named_before(text: str, start: int, context: Context) -> Named | None:
    """Read a form that begins with a name, by the place of its first digits."""
    first = max(0, start - MAX_BEFORE_CHARACTERS)
    window = text[first:start]
    found = _NAME_BEFORE.search(window) if _ends_with_name(window) else None
    if found is None:
        return None
    name, begin = found["name"].lower(), first + found.start()
    with suppress(ValueError):
        if number := MONTHS.get(name):
            return _of_month(text, begin, start, number, verb=found["name"] == "may")
        if name in QUARTERS or found["name"] in QUARTER_LETTERS or name in WEEKS:
            return _of_part(text, begin, start, found) or _in_words(text, first, start, window)
    return None


def _ends_with_name(window: str) -> bool:
    """Whether the last word may be a name of the calendar, which it seldom is."""
    words = window.split()
    last = words[-1].lower().strip("([.,/-'\"") if words else ""
    if last.isalpha():
        return last in _LAST_WORDS
    return _LETTER.search(last) is not None


def _of_month(text: str, begin: int, start: int, number: int, *, verb: bool) -> Named | None:
    if found := _DAY_YEAR.match(text, start):
        return begin, found.end(), date(year_of(found["year"]), number, int(found["day"]))
    found = _ONLY_YEAR.match(text, start)
    if found is None or (verb and begin):
        return None
    return begin, found.end(), periods.month(int(found["year"]), number)


def _of_part(text: str, begin: int, start: int, name: re.Match[str]) -> Named | None:
    found = _PART_OF_YEAR.match(text, start)
    if found is None or (name["name"] in QUARTER_LETTERS and name["gap"]):
        return None
    year, number = int(found["year"]), int(found["number"])
    make = periods.week if name["name"].lower() in WEEKS else periods.quarter
    return begin, found.end(), make(year, number)


def _in_words(text: str, first: int, start: int, window: str) -> Named | None:
    found, year = _QUARTER_IN_WORDS.search(window), _ONLY_YEAR.match(text, start)
    number = QUARTER_NUMBERS.get(found["number"].lower()) if found else None
    if found is None or year is None or number is None or found["name"].lower() not in QUARTERS:
        return None
    return first + found.start(), year.end(), periods.quarter(int(year["year"]), number)
