"""Values of fields: numbers, dates, amounts and lists, read from a text."""

import datetime
import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

from jobs.ai.text.quotations import normalize

Value = str | float | list[str] | None

LONGEST = 500
"""Characters of a value."""
NUMBER = re.compile(r"(?<![\w.,])[-−]?\d+(?:[ '’.,]\d{3})*(?:[.,]\d+)?(?!\w)")
GROUPED = re.compile(r"\d{1,3}(?:([ '’.,])\d{3})(?:\1\d{3})*$")
CURRENCY = r"(?:[$€£¥]|\b(?:USD|EUR|GBP|CHF|JPY|AUD|CAD|SEK|NOK|DKK|PLN)\b)"
AMOUNT = re.compile(
    rf"{CURRENCY}\s?{NUMBER.pattern.replace('(?<![', '(?<![.')}|{NUMBER.pattern}\s?{CURRENCY}"
)
MONTHS = (
    "jan|ene|gen",
    "feb|fév|fev",
    "mar|mär|mrz",
    "apr|avr|abr",
    "may|mai|mag",
    "jun|juin|giu",
    "jul|juil|lug",
    "aug|aoû|aou|ago",
    "sep|set",
    "oct|okt|ott",
    "nov",
    "dec|dez|déc|dic",
)
MONTH = rf"(?P<month>(?:{'|'.join(MONTHS)})[a-zäéû]{{0,7}})\.?"
DAY, YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?", r"(?P<year>(?:19|20)\d\d)"
FORMS = tuple(
    re.compile(rf"(?<!\w){form}(?!\w)", re.IGNORECASE)
    for form in (
        rf"{YEAR}-(?P<number>\d{{1,2}})-(?P<day>\d{{1,2}})",
        rf"{DAY}\s+(?:of\s+|de\s+)?{MONTH},?\s+(?:de\s+)?{YEAR}",
        rf"{MONTH}\s+{DAY},?\s+{YEAR}",
        rf"(?P<day>\d{{1,2}})\.\s?(?P<number>\d{{1,2}})\.\s?{YEAR}",
        rf"(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})/{YEAR}",
    )
)


def dates(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the dates of a text as written, in order, each with what it may mean as YYYY-MM-DD.

    3/4/2026 may mean two days.
    """
    found = [match for form in FORMS for match in form.finditer(text)]
    for match in sorted(found, key=lambda match: match.start()):
        if days := frozenset(_days(match)):
            yield match.group(), days


def number(text: str) -> Decimal | None:
    """Read a number, with points or commas between thousands or before decimals."""
    digits = text.strip().replace("−", "-")
    if grouped := GROUPED.search(digits):
        digits = digits.replace(grouped[1], "")
    else:
        at = max(digits.rfind("."), digits.rfind(","))
        whole = re.sub(r"[ '’.,]", "", digits[:at] if at >= 0 else digits)
        digits = f"{whole}.{digits[at + 1 :]}" if at >= 0 else whole
    with suppress(ArithmeticError):
        return Decimal(digits)
    return None


def numbers(text: str) -> list[Decimal]:
    """Give the numbers of a text."""
    return [value for one in NUMBER.findall(text) if (value := number(one)) is not None]


def typed(text: str, type: str) -> Value:
    """Take the value of a type out of a text; `None` where there is none."""
    text = " ".join(text.split()) if type != "list" else text.strip()
    match type:
        case "number":
            found = numbers(text)
            return float(found[0]) if found else None
        case "date":
            written = next(dates(text), None)
            return None if written is None else _one_day(*written)
        case "amount":
            amount = AMOUNT.search(text) or NUMBER.search(text)
            return amount.group().strip() if amount else None
        case "list":
            items = [one.strip(" \t-•*")[:LONGEST] for one in re.split(r"[;\n]|,\s", text)]
            return [one for one in items if one] or None
    return text[:LONGEST] or None


def states(quote: str, value: Value, type: str) -> bool:
    """Whether a quotation states a value, and not only stands beside it."""
    if isinstance(value, list):
        return all(normalize(one) in normalize(quote) for one in value)
    text = str(value)
    if type in ("number", "amount"):
        return bool(found := numbers(text)) and found[0] in numbers(quote)
    if type == "date":
        days = {day for _, meant in dates(quote) for day in meant}
        return text in days or normalize(text) in normalize(quote)
    said = set(re.findall(r"\w+", text.casefold()))
    return 2 * len(said & set(re.findall(r"\w+", quote.casefold()))) >= len(said)


def _one_day(written: str, days: frozenset[str]) -> str:
    return next(iter(days)) if len(days) == 1 else written


def _days(match: re.Match[str]) -> Iterator[str]:
    part = match.groupdict()
    if part.get("first"):
        orders = [(part["first"], part["second"]), (part["second"], part["first"])]
    else:
        orders = [(part["day"], part.get("number") or _month(part["month"]))]
    for day, month in orders:
        with suppress(ValueError):
            yield datetime.date(int(part["year"]), int(month), int(day)).isoformat()


def _month(name: str) -> str:
    start = name.casefold()
    longest = max(
        (begin, at)
        for at, begins in enumerate(MONTHS, start=1)
        for begin in map(len, filter(start.startswith, begins.split("|")))
    )
    return str(longest[1])
