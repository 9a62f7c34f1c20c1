"""The numbers, amounts and dates within a text, in order.

One pass looks at a bounded number of characters around each run of digits, so the work grows with
the text and not faster.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from jobs.ai.values.amounts import (
    FoundAmount,
    amount_at,
    infer_decimal,
    read_amount,
    settle_mark,
)
from jobs.ai.values.date_forms import CalendarValue, Context
from jobs.ai.values.dates import FoundDate, date_at, infer_day_order, read_date, settle_order
from jobs.ai.values.digits import START
from jobs.ai.values.meanings import Ambiguous, Amount, Mark, Money, Number
from jobs.ai.values.spelling import normalize

MAX_WHOLE_CHARACTERS = 100
MAX_SAMPLE_CHARACTERS = 200_000
"""The beginning of a document, from which its conventions are inferred."""
MAX_SAMPLED_VALUES = 1_000
_MARKS = re.compile(
    r"https?://[^\s<>]{1,500}+"
    r"|(?<![\w-])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7} ?[A-Z0-9]{1,4}(?!\w)"
    r"|\bISBN(?:-1[03])?:? ?[0-9Xx -]{10,17}"
    r"|\b(?i:tel|telephone|phone|fax|mobile|telefon|téléphone|tlf)\b[.:]{0,2} ?"
    r"[+(0-9][0-9 ()/.-]{5,24}"
    r"|\+[0-9]{1,3}(?:[ /.-]{1,2}\(?[0-9]{1,5}\)?[ /.-]?)?(?:[ /.-][0-9]{2,9}){1,5}(?![\w%])"
    r"|\(?(?<!\w)0[0-9]{2,5}\)?(?:[ /-]{1,3}[0-9]{2,9}){1,4}(?!\w)"
    r"|\([0-9]{3}\) ?[0-9]{3}-[0-9]{4}(?!\w)"
    r"|(?<!\w)[0-9]{1,9}(?:[-.:/,'][0-9]{1,9}){8,500}+"
)
"""Addresses of pages, accounts (IBAN), ISBN, telephone numbers and long chains: no numbers."""
_BARE = re.compile(r"(?:(?<=[0-9] )|(?<=\n))[1-9][0-9]{0,6}(?=\s(?![0-9]{3}(?![0-9]))[0-9])")
"""A number among others as in a row of a table, of which nothing else has to be asked."""
_OF_LANGUAGE: dict[str, tuple[Mark | None, bool | None]] = {
    "en": (".", None),  # the order differs between its countries
    "es": (None, True),  # the sign differs between its countries
    **dict.fromkeys(
        ("cs", "da", "de", "fi", "fr", "it", "nl", "no", "pl", "pt", "ru", "sv"), (",", True)
    ),
}


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A spelling within a text, and what it means."""

    begin: int
    end: int
    text: str
    """As written."""
    meaning: Amount | Ambiguous[Amount] | CalendarValue
    joined: bool = False
    """Whether letters follow a number at once: a unit of measure, or the rest of a code."""

    @property
    def meanings(self) -> tuple[object, ...]:
        """What it may mean; several where it is ambiguous."""
        return self.meaning.meanings if isinstance(self.meaning, Ambiguous) else (self.meaning,)

    @property
    def is_amount(self) -> bool:
        """Whether it is a number or an amount of money, and no date."""
        return isinstance(self.meanings[0], Number | Money)

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a hundred or a thousand."""
        return isinstance(first := self.meanings[0], Number) and bool(first.unit)


@dataclass(frozen=True, kw_only=True)
class Conventions:
    """How the author of a document writes what can be read in two ways."""

    mark: Mark | None = None
    """The sign before decimals; `None` where it is not known."""
    day_first: bool | None = None
    """The order of day and month where both are digits; `None` where it is not known."""
    evidence: tuple[str, ...] = ()
    """The spellings, or the language, that say so."""


NO_CONVENTIONS = Conventions()


def find_values(text: str, conventions: Conventions = NO_CONVENTIONS) -> Iterator[FoundValue]:
    """Return the numbers, amounts and dates of a text."""
    whole = _whole_date(text, conventions) or _whole_amount(text, conventions)
    return iter([whole]) if whole else _scan(text, conventions)


def find_amounts(text: str, conventions: Conventions = NO_CONVENTIONS) -> Iterator[FoundValue]:
    """Return the numbers and amounts of a text that are no part of a date."""
    whole = _whole_amount(text, conventions)
    found = iter([whole]) if whole else _scan(text, conventions)
    return (one for one in found if one.is_amount)


def find_dates(text: str, conventions: Conventions = NO_CONVENTIONS) -> Iterator[FoundValue]:
    """Return the dates and periods of a text."""
    whole = _whole_date(text, conventions)
    found = iter([whole]) if whole else _scan(text, conventions)
    return (one for one in found if not one.is_amount)


def infer_conventions(text: str, language: str | None = None) -> Conventions:
    """Find out how a document is written: by what can be read in one way only, or its language.

    Amounts of money and percentages speak before other numbers, which may number sections.
    """
    found = list(islice(_scan(text[:MAX_SAMPLE_CHARACTERS], NO_CONVENTIONS), MAX_SAMPLED_VALUES))
    amounts = [one for one in found if one.is_amount]
    strong = [one.text for one in amounts if one.is_share or isinstance(one.meanings[0], Money)]
    decimal = infer_decimal(strong)
    if not (decimal.point or decimal.comma):
        decimal = infer_decimal(one.text for one in amounts)
    order = infer_day_order(one.text for one in found if not one.is_amount)
    mark, day_first = _OF_LANGUAGE.get(language or "", (None, None))
    if decimal.point or decimal.comma:
        mark = decimal.decimal
    if order.day_first or order.month_first:
        day_first = order.is_day_first
    spellings = (decimal.point, decimal.comma, order.day_first, order.month_first)
    evidence = tuple(filter(None, (*spellings, language)))
    return Conventions(mark=mark, day_first=day_first, evidence=evidence)


def _whole_date(text: str, conventions: Conventions) -> FoundValue | None:
    if len(text) > MAX_WHOLE_CHARACTERS or (meaning := read_date(text)) is None:
        return None
    settled = settle_order(meaning, conventions.day_first)
    return FoundValue(0, len(text), text.strip(), settled)


def _whole_amount(text: str, conventions: Conventions) -> FoundValue | None:
    if len(text) > MAX_WHOLE_CHARACTERS or (meaning := read_amount(text)) is None:
        return None
    return FoundValue(0, len(text), text.strip(), settle_mark(meaning, conventions.mark))


def _scan(text: str, conventions: Conventions) -> Iterator[FoundValue]:
    plain = normalize(text)
    done = 0
    for start in _starts(plain):
        if start < done:
            continue
        if bare := _BARE.match(plain, start):
            done = bare.end()
            yield FoundValue(start, done, bare[0], Number(Decimal(bare[0])))
            continue
        found = _found_at(plain, start, done)
        if found is None:
            continue
        done = found.end
        written = text[found.begin : found.end]
        if isinstance(found, FoundAmount):
            settled = settle_mark(found.meaning, conventions.mark)
            yield FoundValue(found.begin, found.end, written, settled, found.joined)
        elif found.meaning is not None:
            day = settle_order(found.meaning, conventions.day_first)
            yield FoundValue(found.begin, found.end, written, day)


def _starts(plain: str) -> Iterator[int]:
    """Yield the places where digits begin that are no account, telephone or the like."""
    marks = _MARKS.finditer(plain)
    mark = next(marks, None)
    for digits in START.finditer(plain):
        while mark and mark.end() <= digits.start():
            mark = next(marks, None)
        if mark is None or digits.start() < mark.start():
            yield digits.start()


def _found_at(plain: str, start: int, done: int) -> FoundDate | FoundAmount | None:
    """Read what begins behind the last value that was read."""
    found = date_at(plain, start, Context())
    if found and found.begin >= done:
        return found
    return amount_at(plain, start, done)
