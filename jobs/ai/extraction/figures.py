"""Figures and dates that texts state, each with the sentence that states it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jobs.ai.extraction.sentences import Sentence

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
NUMBER = r"\d{1,3}(?:[ ,.’']\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
SCALE = r"(?:\s?(?:k|m|bn|thousand|million|billion))?\b"
CURRENCY = r"(?:[$€£¥]|\b(?:USD|EUR|GBP|CHF|JPY|AUD|CAD)\b)"
CURRENCY_AFTER = rf"(?:{CURRENCY}|(?:pounds?|euros?|dollars?|francs?|yen)\b)"
UNIT = (
    r"(?:mm|cm|m|km|m2|m²|m3|m³|kg|g|t|kN|MPa|kPa|bar|°C|kWh|MWh|kW|MW|V|A|Hz|l|litres?|metres?"
    r"|tonnes?|hours?|days?|weeks?|months?|years?|people|employees|units?|pages?|km/h|mph)"
)
KINDS = {
    "Date": re.compile(
        rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH},?\s+\d{{4}}\b"
        rf"|\b{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,\s*\d{{4}}\b|\b{MONTH}\s+\d{{4}}\b"
        rf"|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH}(?!\w)"
    ),
    "Amount": re.compile(
        rf"{CURRENCY}\s?(?:{NUMBER}){SCALE}|\b(?:{NUMBER}){SCALE}\s?{CURRENCY_AFTER}(?!\s?\d)",
        re.IGNORECASE,
    ),
    "Share": re.compile(rf"\b(?:{NUMBER})\s?(?:%|per ?cent\b|percent\b)"),
    "Quantity": re.compile(rf"\b(?:{NUMBER})\s?{UNIT}(?![\w²³/])"),
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure or a date, as written."""

    kind: str
    """`Date`, `Amount`, `Share` or `Quantity`."""
    value: str
    sentence: Sentence


def figures(sentences: Iterable[Sentence], limit: int) -> list[Figure]:
    """Give at most `limit` figures, each value once, in the order of the sentences given."""
    found: dict[tuple[str, str], Figure] = {}
    for one in sentences:
        for figure in _stated_by(one):
            found.setdefault((figure.kind, figure.value.casefold()), figure)
            if len(found) >= limit:
                return list(found.values())
    return list(found.values())


def _stated_by(sentence: Sentence) -> Iterator[Figure]:
    taken: list[tuple[int, int]] = []
    for kind, pattern in KINDS.items():
        for match in pattern.finditer(sentence.text):
            begin, end = match.span()
            if all(end <= a or b <= begin for a, b in taken):
                taken.append((begin, end))
                yield Figure(kind=kind, value=match.group().strip(" ."), sentence=sentence)
