"""Finds the tables of sources and computes totals of their columns."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from jobs.ai.extraction.words import terms
from jobs.ai.sources import Source
from jobs.ai.values.amounts import infer_decimal, read_amount
from jobs.ai.values.meanings import Number

SEPARATORS = ("\t", ",", ";")
TOTAL_LABELS = {"total", "totals", "subtotal", "grand total", "sum"}
"""First cell of a row that holds the totals of the other rows."""
MAX_GROUPS = 24
"""Distinct values of a column that rows are grouped by."""


@dataclass(frozen=True, kw_only=True)
class SourceColumn:
    """A column of numbers."""

    name: str
    values: tuple[Decimal | None, ...]
    """One per row; `None` for an empty cell."""

    @property
    def numbers(self) -> list[Decimal]:
        """The values without the empty cells."""
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
        """The columns that contain only numbers and empty cells."""
        return [
            SourceColumn(name=name, values=values)
            for index, name in enumerate(self.header)
            if (values := _numbers([row[index] for row in self.rows]))
        ]

    def totals(self, name: str) -> dict[str, list[Decimal]]:
        """Return the totals of the numeric columns for each value of the column `name`."""
        index = self.header.index(name)
        sums: dict[str, list[Decimal]] = {}
        for row_number, row in enumerate(self.rows):
            group = sums.setdefault(row[index], [Decimal(0)] * len(self.columns))
            for column_number, column in enumerate(self.columns):
                group[column_number] += column.values[row_number] or 0
        return sums

    def columns_named_in(self, question: str) -> list[str]:
        """Return the names of the columns that a question mentions."""
        question_terms = set(terms(question))
        return [name for name in self.header if question_terms & set(terms(name.replace("_", " ")))]

    @cached_property
    def groups(self) -> list[str]:
        """The columns whose values repeat often enough to group rows by them."""
        numeric = {column.name for column in self.columns}
        return [
            name
            for index, name in enumerate(self.header)
            if name not in numeric
            and 2 <= len({row[index] for row in self.rows}) <= min(MAX_GROUPS, len(self.rows) // 2)
        ]


def tables(sources: Iterable[Source]) -> Iterator[SourceTable]:
    """Yield the tables of CSV files and workbooks whose first row names the columns."""
    for source in sources:
        if source.kind not in ("csv", "xlsx"):
            continue
        for page, text in source.numbered_pages:
            rows = list(_rows(text, source.kind))
            if table := _table(source, page, rows):
                yield table


def to_tab_separated(text: str) -> str:
    """Convert CSV to tab-separated text. A text that is not valid CSV is returned unchanged."""
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
    has_names = len(set(filter(None, header))) == len(header) > 1
    if not has_names or any(len(row) > len(header) for row in body):
        return None
    padded = (row + ("",) * (len(header) - len(row)) for row in body)
    data = tuple(row for row in padded if row[0].casefold() not in TOTAL_LABELS)
    return SourceTable(source=source, page=page, header=header, rows=data)


def _numbers(cells: Sequence[str]) -> tuple[Decimal | None, ...]:
    """Return the numbers of a column; empty if a cell is none, or has a unit.

    Without any evidence in the column, the decimal mark is a point.
    """
    mark = infer_decimal(filter(None, cells)).decimal or "."
    read = [read_amount(cell, mark) if cell else None for cell in cells]
    if any(cell and not _is_plain(one) for cell, one in zip(cells, read, strict=True)):
        return ()
    values = tuple(one.value if isinstance(one, Number) else None for one in read)
    return values if any(cells) else ()


def _is_plain(value: object) -> bool:
    return isinstance(value, Number) and not value.unit
