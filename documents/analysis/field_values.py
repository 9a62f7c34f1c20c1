"""Values of fields: numbers, dates, amounts and lists, read from a text."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from jobs.ai.text.quotations import normalize
from jobs.ai.values.currencies import agree
from jobs.ai.values.meanings import DayOfYear, Money, Number, Period
from jobs.ai.values.texts import (
    NO_CONVENTIONS,
    Conventions,
    FoundValue,
    find_amounts,
    find_dates,
)

Value = str | float | list[str] | None

MAX_VALUE_CHARACTERS = 500
"""Characters of a value."""


def dates(
    text: str, conventions: Conventions = NO_CONVENTIONS
) -> Iterator[tuple[str, frozenset[str]]]:
    """Return the dates of a text as written, in order, each with what it may mean.

    A day is YYYY-MM-DD, a period as in 2026-03, 2026-Q1 or 2026-W10. 3/4/2026 may mean two days,
    unless the conventions of its document decide.
    """
    for found in find_dates(text, conventions):
        if not isinstance(found.meaning, DayOfYear):
            yield found.text, frozenset(map(_iso, found.meanings))


def parse_value(text: str, type: str, conventions: Conventions = NO_CONVENTIONS) -> Value:
    """Take the value of a type out of a text; `None` where there is none.

    A number or a date that can be read in two ways stays as written.
    """
    text = " ".join(text.split()) if type != "list" else text.strip()
    match type:
        case "number":
            found = next(_numbers(text, conventions), None)
            return _number(found) if found else None
        case "date":
            written = next(dates(text, conventions), None)
            return None if written is None else _one_day(*written)
        case "amount":
            return _amount(list(_numbers(text, conventions)))
        case "list":
            items = [
                one.strip(" \t-•*")[:MAX_VALUE_CHARACTERS] for one in re.split(r"[;\n]|,\s", text)
            ]
            return [one for one in items if one] or None
    return text[:MAX_VALUE_CHARACTERS] or None


def states(quote: str, value: Value, type: str, conventions: Conventions = NO_CONVENTIONS) -> bool:
    """Whether a quotation states a value, and not only stands beside it."""
    if isinstance(value, list):
        return all(normalize(one) in normalize(quote) for one in value)
    text = str(value)
    if type in ("number", "amount"):
        meant = _meanings(value, conventions)
        stated = [one for found in _numbers(quote, conventions) for one in found.meanings]
        return any(_is_same(one, other) for one in meant for other in stated)
    if type == "date":
        days = {day for _, meant in dates(quote, conventions) for day in meant}
        return text in days or normalize(text) in normalize(quote)
    said = set(re.findall(r"\w+", text.casefold()))
    return 2 * len(said & set(re.findall(r"\w+", quote.casefold()))) >= len(said)


def _numbers(text: str, conventions: Conventions) -> Iterator[FoundValue]:
    return (found for found in find_amounts(text, conventions) if not found.joined)


def _meanings(value: Value, conventions: Conventions) -> tuple[object, ...]:
    if isinstance(value, float):
        return (Number(Decimal(repr(value))),)
    first = next(_numbers(str(value), conventions), None)
    return first.meanings if first else ()


def _number(found: FoundValue) -> float | str:
    meaning = found.meaning
    return float(meaning.value) if isinstance(meaning, Number | Money) else found.text


def _amount(found: list[FoundValue]) -> str | None:
    """Return the first amount of money as written, or else the first number."""
    money = (one for one in found if isinstance(one.meanings[0], Money))
    first = next(money, found[0] if found else None)
    return first.text if first else None


def _is_same(one: object, other: object) -> bool:
    """Whether two meanings are one value, in currencies that may be the same."""
    if not isinstance(one, Number | Money) or not isinstance(other, Number | Money):
        return False
    if isinstance(one, Money) and isinstance(other, Money):
        return one.value == other.value and bool(agree(one.currency, other.currency))
    return one.value == other.value


def _one_day(written: str, days: frozenset[str]) -> str:
    return next(iter(days)) if len(days) == 1 else written


def _iso(meaning: object) -> str:
    day = meaning.date() if isinstance(meaning, datetime) else meaning
    return day.isoformat() if isinstance(day, date | Period) else ""
