"""Dates, times and periods: in a cell of its own, or within a text."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from jobs.ai.values.calendar_names import WEEKDAYS
from jobs.ai.values.date_forms import FORMS, IN_DIGITS, CalendarValue, Context, in_digits
from jobs.ai.values.meanings import Ambiguous, DayOfYear, Moment
from jobs.ai.values.named_forms import named_before
from jobs.ai.values.periods import whole_year
from jobs.ai.values.spelling import is_numbered, normalize

MAX_CELL_CHARACTERS = 60
ReadDate = Moment | Ambiguous[date] | None
OF_DAYS = (date, Ambiguous)
_TIME = re.compile(
    r"(?:T|,? {1,2}(?:at |um |kl\.? )?)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?(?![0-9:])"
    r"(?: ?(?P<half>[ap])(?:m\b|\.m\.))?"
    r"(?: ?(?P<zone>Z|UTC|GMT)\b|(?P<offset>[-+][0-9]{2}:?[0-9]{2}))?",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(
    r"(?:(?P<day>[^\W\d_]{2,13}+(?:-feira)?)(?P<point>[.,]{0,2}) ?)?"
    r"(?:the |le |den |am |el |il |dne )?",
    re.IGNORECASE,
)
_FIRST_DIGIT = re.compile(r"[0-9]")
_LIKELY = re.compile(
    r"[0-9]{8}(?![0-9])|[0-9]{1,4}(?![0-9])(?:[-/.] ?[0-9]|[-/.,'º°ª]{0,2} ?[^\W\d_])"
)
"""What a date begins with, to tell other digits by one look."""
_YEAR = re.compile(r"[12][0-9]{3}")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date or a period within a text."""

    begin: int
    end: int
    meaning: CalendarValue | None
    """`None` for a day that is not in the calendar: 31.02.2025."""


@dataclass(frozen=True, kw_only=True)
class DayOrderEvidence:
    """Spellings that can be read with one order of day and month only."""

    day_first: str = ""
    """The first whose day stands first: `31/12/2025`."""
    month_first: str = ""
    """The first whose month stands first: `12/31/2025`."""

    @property
    def is_day_first(self) -> bool | None:
        """The order; `None` where nothing, or both, speak for one."""
        if bool(self.day_first) == bool(self.month_first):
            return None
        return bool(self.day_first)


def read_date(text: str, *, day_first: bool | None = None, years: bool = False) -> ReadDate:
    """Read a text that is a date, a time or a period and nothing else; `None` for another.

    `day_first` is the order of 3/4/2025 where it is known: 12/31/2025 is then `None` where the day
    comes first. Without it, 3/4/2025 is `Ambiguous`. `years` says that 2025 may be a year.
    """
    text = text.strip()
    if text[4:5] == "-" and text[7:8] == "-" and text[10:11] in ("", "T", " "):
        with suppress(ValueError):
            return datetime.fromisoformat(text) if len(text) > 10 else date.fromisoformat(text)
    if not 4 <= len(text) <= MAX_CELL_CHARACTERS:
        return None
    text = normalize(text)
    if years and _YEAR.fullmatch(text):
        return whole_year(int(text))
    context = Context(day_first=day_first, cell=True)
    if in_digits_only := IN_DIGITS.match(text):
        return _cell_in_digits(text, in_digits_only, context)
    digit = _FIRST_DIGIT.search(text)
    found = digit and date_at(text, digit.start(), context)
    if not found or found.end != len(text) or not _is_day_of_week(text[: found.begin]):
        return None
    return None if isinstance(found.meaning, DayOfYear) else found.meaning


def _cell_in_digits(text: str, found: re.Match[str], context: Context) -> ReadDate:
    """Read the commonest form, with or without a time, on the shortest way."""
    time = _TIME.fullmatch(text, found.end())
    if time is None and found.end() < len(text):
        return None
    try:
        meaning = in_digits(found, context)
        return _timed(meaning, time) if time and meaning else meaning
    except (ValueError, OverflowError):
        return None


def infer_day_order(spellings: Iterable[str]) -> DayOrderEvidence:
    """Find out in which order the author of all these spellings writes day and month."""
    day_first = month_first = ""
    for text in spellings:
        if day_first and month_first:
            break
        with_day, with_month = (read_date(text, day_first=order) for order in (True, False))
        if with_month is None and with_day is not None:
            day_first = day_first or text
        elif with_day is None and with_month is not None:
            month_first = month_first or text
    return DayOrderEvidence(day_first=day_first, month_first=month_first)


def settle_order(meaning: CalendarValue, day_first: bool | None) -> CalendarValue:
    """Choose the meaning that the order of day and month decides for."""
    if day_first is None or not isinstance(meaning, Ambiguous):
        return meaning
    return meaning.meanings[not day_first]


def date_at(text: str, start: int, context: Context) -> FoundDate | None:
    """Read the date or the period whose first digits are at a place of a normalized text."""
    if start and (named := named_before(text, start, context)):
        return _whole(text, *named, mark="")
    if not _LIKELY.match(text, start):
        return None
    for pattern, make in FORMS:
        found = pattern.match(text, start)
        if found is None:
            continue
        mark = found["mark"] if make is in_digits else ""
        try:
            meaning = make(found, context)
        except (ValueError, OverflowError):
            return FoundDate(start, found.end(), None)
        if meaning is not None:
            return _whole(text, start, found.end(), meaning, mark=mark)
    return None


def _whole(
    text: str, begin: int, end: int, meaning: CalendarValue, *, mark: str
) -> FoundDate | None:
    """Add the time that follows; `None` where the date is a part of a longer word or number."""
    if end < len(text) and isinstance(meaning, OF_DAYS) and (time := _TIME.match(text, end)):
        with suppress(ValueError, OverflowError):  # the date alone
            meaning, end = _timed(meaning, time), time.end()
    if (begin or end < len(text)) and _is_part(text, begin, end, mark):
        return None
    return FoundDate(begin, end, meaning)


def _is_part(text: str, begin: int, end: int, mark: str) -> bool:
    before, after = text[max(0, begin - 2) : begin], text[end : end + 2]
    return (
        (bool(before) and (_is_word(before[-1]) or _continues(before[::-1], mark)))
        or (bool(after) and (_is_word(after[0]) or _continues(after, mark)))
        or (mark == "." and is_numbered(text, begin))
    )


def _continues(two: str, mark: str) -> bool:
    return two[0] in (mark or ".", ".", ":") and two[1:].isdigit()


def _is_word(sign: str) -> bool:
    """Whether a sign is of a word; scripts without spaces put words right beside a date."""
    return (sign.isalnum() or sign == "_") and sign < "\u2e80"


def _timed(meaning: date | Ambiguous[date], found: re.Match[str]) -> date | Ambiguous[date]:
    if isinstance(meaning, Ambiguous):
        one, other = (_timed(each, found) for each in meaning.meanings)
        return Ambiguous((one, other), by="order")  # type: ignore[arg-type]  # of dates
    hour, minute, second, part, half = found.group("hour", "minute", "second", "part", "half")
    micro = int(part.ljust(6, "0")[:6]) if part else 0
    clock = (_hour(int(hour), half), int(minute), int(second or 0), micro)
    return datetime(meaning.year, meaning.month, meaning.day, *clock, tzinfo=_zone(found))


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no hour of half a day")
    return hour % 12 + (12 if half in "pP" else 0)


def _zone(found: re.Match[str]) -> tzinfo | None:
    zone, offset = found.group("zone", "offset")
    if offset is None:
        return UTC if zone else None
    digits = offset[1:].replace(":", "")
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-length if offset[0] == "-" else length)


def _is_day_of_week(text: str) -> bool:
    """Whether a text is what may stand before a date: nothing, an article, a day of the week."""
    if not text:
        return True
    found = _DAY_BEFORE.fullmatch(text)
    if found is None:
        return False
    day = found["day"]
    return not day or (day.lower() in WEEKDAYS and (len(day) > 2 or bool(found["point"])))
