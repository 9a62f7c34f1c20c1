"""What is in a table: of each column type, gaps, range and usual values."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from itertools import count as count_from
from math import fsum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from reports.data.tables.columns import DataTable, TableColumn, TypedColumn, Value

TOP = 5
SAMPLE = 5
MOST_VALUES = 60
"""Values of a category that are kept, to be recognized in a question."""
SHOWN = 80
"""Characters of a value."""
BEGINNING, END = 17, 20
"""Of such a text that is told apart: together they fit on an axis."""
MOST_GROUPS = 50
"""Values by which a column is worth grouping."""
IDENTIFIERS = frozenset({"id", "no", "nr", "number", "code", "key", "year", "month", "zip"})

Scalar = int | float | bool | str | None


class Frequent(BaseModel):
    """A value and how often it occurs."""

    value: Scalar
    count: int


class ColumnProfile(TypedColumn):
    """What is known of a column."""

    model_config = ConfigDict(extra="forbid")

    unit: str = Field("", description="Of numbers: a currency, or %.")
    missing: int = Field(description="Rows without a value.")
    distinct: int = Field(description="Different values.")
    min: Scalar = None
    max: Scalar = None
    mean: float | None = None
    quartiles: list[float] | None = Field(None, description="At 25, 50 and 75 percent.")
    top: list[Frequent] = Field(default_factory=list, description="The commonest values.")

    @property
    def is_measure(self) -> bool:
        """Whether it makes sense to add it up: numbers that are no marks of something."""
        words = self.name.casefold().replace("_", " ").split()
        return self.is_numeric and not (words and words[-1] in IDENTIFIERS)

    @property
    def is_group(self) -> bool:
        """Whether rows are worth grouping by it."""
        return (
            not self.is_temporal
            and not self.is_measure
            and 2 <= self.distinct <= MOST_GROUPS
            and self.type != "text"
        )


class TableProfile(BaseModel):
    """What is known of a table."""

    name: str
    rows: int
    columns: list[ColumnProfile]
    values: dict[str, list[str]]
    """Of each category, the commonest values."""
    sample: list[list[Scalar]]
    """The first rows."""
    notes: list[str]

    @property
    def relations(self) -> list[tuple[str, str]]:
        """Pairs of columns that are worth a chart: numbers over time, and by category."""
        measures = [one.name for one in self.columns if one.is_measure]
        times = [one.name for one in self.columns if one.is_temporal]
        groups = [one.name for one in self.columns if one.is_group]
        return [(by, measure) for by in (*times, *groups) for measure in measures]


def profile(table: DataTable) -> TableProfile:
    """Describe a table."""
    counts = {column.name: Counter(column.values) for column in table.columns}
    for counted in counts.values():
        counted.pop(None, None)
    return TableProfile(
        name=table.name,
        rows=table.rows,
        columns=[_described(column, counts[column.name]) for column in table.columns],
        values={
            column.name: [str(value) for value, _ in counts[column.name].most_common(MOST_VALUES)]
            for column in table.columns
            if column.type == "category"
        },
        sample=[list(row) for row in _first_rows(table)],
        notes=list(table.notes),
    )


def plain(value: Value) -> Scalar:
    """Give a value as JSON has it: dates in ISO 8601, long texts cut."""
    if value is None or isinstance(value, int | float):
        return value
    return value[:SHOWN] if isinstance(value, str) else value.isoformat()


def names_of(values: Iterable[Value]) -> dict[Value, Scalar]:
    """Give each value as JSON has it, so that different ones stay different.

    Long texts that begin alike, addresses of pages say, have their beginning and their end.
    """
    different = list(dict.fromkeys(values))
    alike = Counter(map(plain, different))
    names: dict[Value, Scalar] = {}
    taken = {name for name, count in alike.items() if count == 1}
    for value in different:
        name = plain(value)
        if alike[name] > 1:
            ends = f"{str(value)[:BEGINNING]}…{str(value)[-END:]}"
            numbered = chain([ends], (f"{ends} ({number})" for number in count_from(2)))
            name = next(one for one in numbered if one not in taken)
            taken.add(name)
        names[value] = name
    return names


def quantile(ordered: Sequence[float], share: float) -> float:
    """Interpolate linearly between the two nearest of ordered values (R's type 7)."""
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _first_rows(table: DataTable) -> Iterator[list[Scalar]]:
    for place in range(min(SAMPLE, table.rows)):
        yield [plain(column.values[place]) for column in table.columns]


def _described(column: TableColumn, counted: "Counter[Any]") -> ColumnProfile:
    known = sum(counted.values())
    described = ColumnProfile(
        name=column.name,
        type=column.type,
        unit=column.unit,
        missing=len(column.values) - known,
        distinct=len(counted),
    )
    often = counted.most_common(TOP)
    if often and often[0][1] > 1:
        described.top = [Frequent(value=plain(value), count=count) for value, count in often]
    if not known:
        return described
    if described.is_numeric or described.is_temporal:
        described.min, described.max = plain(min(counted)), plain(max(counted))
    if described.is_numeric:
        ordered = sorted(counted.elements())
        described.mean = fsum(ordered) / known
        described.quartiles = [quantile(ordered, share) for share in (0.25, 0.5, 0.75)]
    return described
