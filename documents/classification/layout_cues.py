"""Layout cues: what a text looks like, independent of its vocabulary."""

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
MAX_SHORT_TEXT_WORDS = 120
MIN_PROSE_LINE_WORDS = 9
"""Average number of words per line from which a text is prose."""


@dataclass(frozen=True, kw_only=True)
class LayoutCue:
    """How to count one cue, and how to name it."""

    count: Callable[[str], float]
    """Counts the cue in the original text."""
    words: str
    """Wording in the reason; `{n}` stands for the count."""


def count_matches(pattern: re.Pattern[str], *, fold: bool = True) -> Callable[[str], float]:
    """Return a function that counts matches of a pattern, in lower case unless `fold` is off."""
    return lambda text: len(pattern.findall(text.casefold() if fold else text))


def _is_short(text: str) -> float:
    return float(len(text.split()) <= MAX_SHORT_TEXT_WORDS)


def _is_prose(text: str) -> float:
    lines = [line for line in text.splitlines() if line.strip()]
    return float(bool(lines) and len(text.split()) / len(lines) >= MIN_PROSE_LINE_WORDS)


CUES = {
    "money": LayoutCue(count=count_matches(MONEY), words="{n} amounts of money"),
    "clauses": LayoutCue(count=count_matches(CLAUSE), words="{n} numbered clauses"),
    "headings": LayoutCue(count=count_matches(HEADING, fold=False), words="{n} headings"),
    "percents": LayoutCue(count=count_matches(PERCENT), words="{n} percentages"),
    "salutation": LayoutCue(count=count_matches(SALUTATION), words="a salutation"),
    "periods": LayoutCue(count=count_matches(PERIOD), words="{n} periods of years"),
    "blanks": LayoutCue(count=count_matches(BLANK), words="{n} blanks to fill in"),
    "fields": LayoutCue(count=count_matches(FIELD), words="{n} empty fields"),
    "dated_lines": LayoutCue(count=count_matches(DATED_LINE), words="{n} dated lines with amounts"),
    "clock": LayoutCue(count=count_matches(CLOCK), words="a time of day"),
    "units": LayoutCue(count=count_matches(UNIT), words="{n} measurements with units"),
    "short": LayoutCue(count=_is_short, words="a short text"),
    "prose": LayoutCue(count=_is_prose, words="running text"),
}
