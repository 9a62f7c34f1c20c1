"""Fields by their labels: "Invoice number: 118", a label above its value, a cell beside another."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.analysis.findings import Page

ALSO = re.compile(r"\balso:?\s+(.+)$", re.IGNORECASE | re.DOTALL)
CELLS = re.compile(r"\t+|\s{2,}|\s*\|\s*|\s*\.{4,}\s*")
NUMBERED = r"(?:\s*(?:no\.?|nr\.?|number|#))?"
SIGN = r"\s*(?:[:=]|[-–—]\s)\s*"
FIGURE = r"(?:[-−]?\s?(?:[$€£¥]|EUR|USD|GBP|CHF)?\s?\d)"
"""What may follow a label without any sign: "Total due £178.20"."""
LONGEST_VALUE = 300


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line as its cells, and the line below it."""

    cells: list[str]
    below: list[str]
    page: int


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A value that stands by a label."""

    value: str
    page: int
    quote: str
    """The label and the value, as they follow each other."""


def names(name: str, description: str = "") -> list[str]:
    """Give the labels of a field: its name, and what its description names after "also:"."""
    others = ALSO.search(description)
    listed = re.split(r"[,;]|\bor\b", others[1]) if others else []
    return [name, *(one.strip(" .'\"“”") for one in listed if one.strip(" .'\"“”"))]


def rows(pages: Sequence[Page]) -> list[Row]:
    """Give the lines of pages, empty ones apart, as their cells."""
    found = []
    for number, text in pages:
        lines = [_cells(line) for line in text.splitlines() if line.strip()]
        for cells, below in zip(lines, [*lines[1:], []], strict=False):
            found.append(Row(cells=cells, below=below, page=number))
    return found


def labelled(labels: Sequence[str], rows: Sequence[Row]) -> Iterator[Labelled]:
    """Give the values that stand by one of the labels, those of the first label first."""
    for label in labels:
        pattern = _pattern(label)
        for row in rows:
            yield from _in_row(pattern, row)


def _in_row(label: re.Pattern[str], row: Row) -> Iterator[Labelled]:
    for at, cell in enumerate(row.cells):
        if match := label.match(cell):
            value, quote = match["value"] or match["figure"], cell
            if not value:
                value, quote = _near(row.cells, at, row.below, signed=bool(match["sign"]))
            if value and not value.endswith(":"):
                yield Labelled(
                    value=value[:LONGEST_VALUE], page=row.page, quote=quote[:LONGEST_VALUE]
                )


def _near(row: list[str], at: int, below: list[str], *, signed: bool) -> tuple[str, str]:
    """Give the value beside a label or, where a row of labels heads one of values, below it.

    The cell below is quoted alone: others stand between the two.
    """
    last = at + 1 == len(row)
    heads = len(row) == len(below)
    if not last and (signed or not heads or len(row) == 2):
        return row[at + 1], f"{row[at]} {row[at + 1]}"
    if not heads:
        return "", ""
    return below[at], below[at] if len(row) > 1 else f"{row[at]} {below[at]}"


def _pattern(label: str) -> re.Pattern[str]:
    words = r"[\s_-]*".join(re.escape(word) for word in re.findall(r"[^\W_]+", label))
    ending = rf"{NUMBERED}(?:(?P<sign>{SIGN})(?P<value>.*)|\s+(?P<figure>{FIGURE}.*)|\s*)$"
    return re.compile(rf"^\W*{words}{ending}", re.IGNORECASE)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in CELLS.split(line.strip()) if cell.strip()]
