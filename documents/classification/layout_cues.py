"""Cues of layout: what a text looks like, whatever its words."""

import re
from collections.abc import Callable
from dataclasses import dataclass

DASH = "[-\N{EN DASH}\N{EM DASH}]"
YEAR = r"(?:19|20)\d\d"
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DATE = rf"(?:\d{{1,4}}[./-]\d{{1,2}}(?:[./-]\d{{1,4}})?|\d{{1,2}} {MONTH}|{MONTH} \d{{1,2}})"
MONEY = re.compile(
    r"(?:[£$€¥]|\b(?:gbp|usd|eur|chf)\b) ?\d|\b\d{1,3}(?:[,.' ]\d{3}){0,4}[.,]\d\d\b(?![.\d%])"
)
CLAUSE = re.compile(r"^[ \t]*(?:\d+(?:\.\d+)*[.)]?|\([a-z]\)|article \d+|clause \d+)\s+\w", re.M)
HEADING = re.compile(r"^[ \t]*(?:#+ |\d+(?:\.\d+)*\.? )?[A-Z][A-Za-z ,&]{2,40}$", re.M)
PERCENT = re.compile(r"\d ?%|\bper ?cent\b")
SALUTATION = re.compile(
    r"^[ \t]*(?:dear\b|to whom it may concern|hello \w+,|hi \w+,|sehr geehrte)", re.M
)
PERIOD = re.compile(rf"{YEAR} ?(?:{DASH}|to) ?(?:(?:{MONTH} )?{YEAR}|present|now|current|today)")
BLANK = re.compile(r"_{3,}|\.{6,}|\[ ?\]|[☐□▢]|\( \)")
FIELD = re.compile(r"^[A-Za-z][A-Za-z '/()]{2,40}:[ \t]*$", re.M)
DATED_LINE = re.compile(rf"^[^\w\n]*{DATE}\b.*\d[.,]\d\d", re.M)
CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d ?(?:am|pm)?\b")
UNIT = re.compile(
    r"\d ?(?:mm|cm|m2|m²|m3|kg|kn|mpa|kpa|nm|ma|v|w|kw|hz|khz|mhz|ghz|°c|db|ms|bar|µm|mb|gb)\b"
)
SHORT_TEXT = 120
"""Words up to which a text is short."""
PROSE_LINE = 9
"""Words a line, on average, from which a text is prose."""


@dataclass(frozen=True, kw_only=True)
class Cue:
    """One cue: how to count it, and how to say that it was found."""

    count: Callable[[str], float]
    """Counts it in a text as it was written."""
    words: str
    """For the reason; `{n}` stands for the count."""


def counted(pattern: re.Pattern[str], *, fold: bool = True) -> Callable[[str], float]:
    """Count the places where a pattern is found, in lower case unless `fold` is off."""
    return lambda text: len(pattern.findall(text.casefold() if fold else text))


def _is_short(text: str) -> float:
    return float(len(text.split()) <= SHORT_TEXT)


def _is_prose(text: str) -> float:
    lines = [line for line in text.splitlines() if line.strip()]
    return float(bool(lines) and len(text.split()) / len(lines) >= PROSE_LINE)


CUES = {
    "money": Cue(count=counted(MONEY), words="{n} amounts of money"),
    "clauses": Cue(count=counted(CLAUSE), words="{n} numbered clauses"),
    "headings": Cue(count=counted(HEADING, fold=False), words="{n} headings"),
    "percents": Cue(count=counted(PERCENT), words="{n} percentages"),
    "salutation": Cue(count=counted(SALUTATION), words="a salutation"),
    "periods": Cue(count=counted(PERIOD), words="{n} periods of years"),
    "blanks": Cue(count=counted(BLANK), words="{n} blanks to fill in"),
    "fields": Cue(count=counted(FIELD), words="{n} empty fields"),
    "dated_lines": Cue(count=counted(DATED_LINE), words="{n} dated lines with amounts"),
    "clock": Cue(count=counted(CLOCK), words="a time of day"),
    "units": Cue(count=counted(UNIT), words="{n} measurements with units"),
    "short": Cue(count=_is_short, words="a short text"),
    "prose": Cue(count=_is_prose, words="running text"),
}
