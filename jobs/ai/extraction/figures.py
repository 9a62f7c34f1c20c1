"""Figures and dates that texts state, each with the sentence that states it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jobs.ai.extraction.sentences import Sentence
from jobs.ai.values.meanings import Money
from jobs.ai.values.texts import find_values

KINDS = ("Date", "Amount", "Share", "Quantity")
UNIT = re.compile(
    r"\s?(?:mm|cm|m|km|m2|m²|m3|m³|kg|g|t|kN|MPa|kPa|bar|°C|kWh|MWh|kW|MW|V|A|Hz|l|litres?|metres?"
    r"|tonnes?|hours?|days?|weeks?|months?|years?|people|employees|units?|pages?|km/h|mph)(?![\w²³/])"
)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure or a date, as written."""

    kind: str
    """`Date`, `Amount`, `Share` or `Quantity`."""
    value: str
    sentence: Sentence


def figures(sentences: Iterable[Sentence], limit: int) -> list[Figure]:
    """Return at most `limit` figures, each value once, in the order of the sentences given."""
    found: dict[tuple[str, str], Figure] = {}
    for one in sentences:
        for figure in _stated_by(one):
            found.setdefault((figure.kind, figure.value.casefold()), figure)
            if len(found) >= limit:
                return list(found.values())
    return list(found.values())


def states_amount(text: str) -> bool:
    """Whether a text states an amount of money."""
    return any(kind == "Amount" for kind, _ in _kinds(text))


def _stated_by(sentence: Sentence) -> Iterator[Figure]:
    found = sorted(_kinds(sentence.text), key=lambda one: KINDS.index(one[0]))
    for kind, value in found:
        yield Figure(kind=kind, value=value.strip(" ."), sentence=sentence)


def _kinds(text: str) -> Iterator[tuple[str, str]]:
    for found in find_values(text):
        if not found.is_amount:
            yield "Date", found.text
        elif isinstance(found.meanings[0], Money):
            yield "Amount", found.text
        elif found.is_share:
            yield "Share", found.text
        elif unit := UNIT.match(text, found.end):
            yield "Quantity", text[found.begin : unit.end()]
