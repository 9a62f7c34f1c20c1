"""Tables among the sources, and what can be counted in them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

from jobs.ai.extraction.words import terms
from jobs.ai.sources import Source

SEPARATORS = ("\t", ",", ";")
SUMS = {"total", "totals", "subtotal", "grand total", "sum"}
"""What the row of a table begins with that counts the others."""
MAX_GROUPS = 24


@dataclass(frozen=True, kw_only=True)
class SourceColumn:
    """A column of numbers."""

    name: str
    values: tuple[Decimal | None, ...]
    """One for each row; `None` where the cell is empty."""

    @property
    def numbers(self) -> list[Decimal]:
        """The numbers that are there."""
        return [value for value in self.values if value is not None]


@dataclass(frozen=True, kw_only=True)
class SourceTable:
    """A table whose first row names its columns."""

    source: Source
    page: int | None
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @cached_property
    def columns(self) -> list[SourceColumn]:
        """The columns that hold numbers and nothing else."""
        return [
            SourceColumn(name=name, values=tuple(_number(row[at]) for row in self.rows))
            for at, name in enumerate(self.header)
            if _is_numeric([row[at] for row in self.rows])
        ]

    def totals(self, name: str) -> dict[str, list[Decimal]]:
        """Give the total of each column of numbers for each value of the column `name`."""
        at = self.header.index(name)
        sums: dict[str, list[Decimal]] = {}
        for place, row in enumerate(self.rows):
            group = sums.setdefault(row[at], [Decimal(0)] * len(self.columns))
            for number, column in enumerate(self.columns):
                group[number] += column.values[place] or 0
        return sums

    def columns_named_in(self, question: str) -> list[str]:
        """Give the columns that a question names."""
        asked = set(terms(question))
        return [name for name in self.header if asked & set(terms(name.replace("_", " ")))]

    @cached_property
    def groups(self) -> list[str]:
        """The columns whose values come back often enough to count by them."""
        numeric = {column.name for column in self.columns}
        return [
            name
            for at, name in enumerate(self.header)
            if name not in numeric
            and 2 <= len({row[at] for row in self.rows}) <= min(MAX_GROUPS, len(self.rows) // 2)
        ]


def tables(sources: Iterable[Source]) -> Iterator[SourceTable]:
    """Give the tables of CSV files and workbooks whose first row names their columns."""
    for source in sources:
        if source.kind not in ("csv", "xlsx"):
            continue
        for page, text in source.numbered_pages:
            rows = list(_rows(text, source.kind))
            if table := _table(source, page, rows):
                yield table


def to_tab_separated(text: str) -> str:
    """Give CSV with tabs between its cells; a text that cannot be read as CSV stays as it is."""
    lines = text.splitlines()
    separator = max(SEPARATORS, key=lines[0].count) if lines else "\t"
    try:
        return "\n".join("\t".join(row) for row in csv.reader(lines, delimiter=separator))
    except csv.Error:
        return text


def _rows(text: str, kind: str) -> Iterator[tuple[str, ...]]:
    lines = to_tab_separated(text).splitlines() if kind == "csv" else text.splitlines()[1:]
    for line in lines:
        if line.strip():
            yield tuple(cell.strip() for cell in line.split("\t"))


def _table(source: Source, page: int | None, rows: Sequence[tuple[str, ...]]) -> SourceTable | None:
    if len(rows) < 2:
        return None
    header, *body = rows
    named = len(set(filter(None, header))) == len(header) > 1
    if not named or any(len(row) > len(header) for row in body):
        return None
    full = (row + ("",) * (len(header) - len(row)) for row in body)
    counted = tuple(row for row in full if row[0].casefold() not in SUMS)
    return SourceTable(source=source, page=page, header=header, rows=counted)


def _is_numeric(cells: Sequence[str]) -> bool:
    return any(cells) and all(not cell or _number(cell) is not None for cell in cells)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
