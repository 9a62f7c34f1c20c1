"""Finds values by label: "Invoice number: 118", a label above its value, or in adjacent cells."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.analysis.findings import NumberedPage
from jobs.ai.values.currencies import CURRENCIES

ALSO = re.compile(r"\balso:?\s+(.+)$", re.IGNORECASE | re.DOTALL)
CELLS = re.compile(r"\t+|\s{2,}|\s*\|\s*|\s*\.{4,}\s*")
NUMBERED = r"(?:\s*(?:no\.?|nr\.?|number|#))?"
SIGN = r"\s*(?:[:=]|[-–—]\s)\s*"
FIGURE = r"[-−(]{0,2}\s?(?P<currency>[^\s\d()−-]{1,6})?\s?[-−]?\d"
"""May follow a label without a separator: "Total due £178.20"."""
MAX_VALUE_CHARACTERS = 300


@dataclass(frozen=True, kw_only=True)
class LabelRow:
    """A line as cells, with the cells of the line below it."""

    cells: list[str]
    below: list[str]
    page: int


@dataclass(frozen=True, kw_only=True)
class LabelledValue:
    """A value found next to a label."""

    value: str
    page: int
    quote: str
    """Label and value, in the order of the text."""


def labels_of(name: str, description: str = "") -> list[str]:
    """Return the labels of a field: its name, and those after "also:" in the description."""
    others = ALSO.search(description)
    listed = re.split(r"[,;]|\bor\b", others[1]) if others else []
    return [name, *(one.strip(" .'\"“”") for one in listed if one.strip(" .'\"“”"))]


def split_rows(pages: Sequence[NumberedPage]) -> list[LabelRow]:
    """Return the non-empty lines of the pages, split into cells."""
    found = []
    for number, text in pages:
        lines = [_cells(line) for line in text.splitlines() if line.strip()]
        for cells, below in zip(lines, [*lines[1:], []], strict=False):
            found.append(LabelRow(cells=cells, below=below, page=number))
    return found


def find_labelled(labels: Sequence[str], split_rows: Sequence[LabelRow]) -> Iterator[LabelledValue]:
    """Yield the values next to any of the labels; values of the first label come first."""
    for label in labels:
        pattern = _pattern(label)
        for row in split_rows:
            yield from _in_row(pattern, row)


def _in_row(label: re.Pattern[str], row: LabelRow) -> Iterator[LabelledValue]:
    for at, cell in enumerate(row.cells):
        if (match := label.match(cell)) and (match["currency"] or "$") in CURRENCIES:
            value, quote = match["value"] or match["figure"], cell
            if not value:
                value, quote = _near(row.cells, at, row.below, signed=bool(match["sign"]))
            if value and not value.endswith(":"):
                yield LabelledValue(
                    value=value[:MAX_VALUE_CHARACTERS],
                    page=row.page,
                    quote=quote[:MAX_VALUE_CHARACTERS],
                )


def _near(row: list[str], at: int, below: list[str], *, signed: bool) -> tuple[str, str]:
    """Return value and quote: the cell after the label, or below it if this is a row of labels.

    A cell below is quoted alone, since other cells stand between it and the label.
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
