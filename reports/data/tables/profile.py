"""Profile of a table: type, gaps, range and common values of each column."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from itertools import count as count_from
from math import fsum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from reports.data.tables.columns import DataTable, TableColumn, TypedColumn, Value

MAX_TOP_VALUES = 5
SAMPLE_ROWS = 5
MAX_CATEGORY_VALUES = 60
"""Values of a category that are kept, so that a question can name them."""
MAX_VALUE_CHARACTERS = 80
"""Of one value."""
BEGINNING, END = 17, 20
"""Characters kept of the start and end of a shortened text; together they fit on an axis."""
MAX_GROUPS = 50
"""A column with more values is not useful for grouping."""
IDENTIFIERS = frozenset({"id", "no", "nr", "number", "code", "key", "year", "month", "zip"})

Scalar = int | float | bool | str | None


class ValueCount(BaseModel):
    """A value and its number of occurrences."""

    value: Scalar
    count: int


class ColumnProfile(TypedColumn):
    """Profile of a column."""

    model_config = ConfigDict(extra="forbid")

    unit: str = Field("", description="Unit of numbers: a currency, or %.")
    missing: int = Field(description="Rows without a value.")
    distinct: int = Field(description="Number of different values.")
    min: Scalar = None
    max: Scalar = None
    mean: float | None = None
    quartiles: list[float] | None = Field(None, description="At 25, 50 and 75 percent.")
    top: list[ValueCount] = Field(default_factory=list, description="The most common values.")

    @property
    def is_measure(self) -> bool:
        """Whether the values can be added up: numbers that are not identifiers."""
        words = self.name.casefold().replace("_", " ").split()
        return self.is_numeric and not (words and words[-1] in IDENTIFIERS)

    @property
    def is_group(self) -> bool:
        """Whether the column is useful for grouping."""
        return (
            not self.is_temporal
            and not self.is_measure
            and 2 <= self.distinct <= MAX_GROUPS
            and self.type != "text"
        )


class TableProfile(BaseModel):
    """Profile of a table."""

    name: str
    rows: int
    columns: list[ColumnProfile]
    values: dict[str, list[str]]
    """The most common values of each category."""
    sample: list[list[Scalar]]
    """The first rows."""
    notes: list[str]

    @property
    def relations(self) -> list[tuple[str, str]]:
        """Pairs of columns for charts: numbers over time, and by category."""
        measures = [one.name for one in self.columns if one.is_measure]
        times = [one.name for one in self.columns if one.is_temporal]
        groups = [one.name for one in self.columns if one.is_group]
        return [(by, measure) for by in (*times, *groups) for measure in measures]


def profile(table: DataTable) -> TableProfile:
    """Profile a table."""
    counts = {column.name: Counter(column.values) for column in table.columns}
    for counted in counts.values():
        counted.pop(None, None)
    return TableProfile(
        name=table.name,
        rows=table.rows,
        columns=[_profile_column(column, counts[column.name]) for column in table.columns],
        values={
            column.name: [
                str(value) for value, _ in counts[column.name].most_common(MAX_CATEGORY_VALUES)
            ]
            for column in table.columns
            if column.type == "category"
        },
        sample=[list(row) for row in _first_rows(table)],
        notes=list(table.notes),
    )


def plain(value: Value) -> Scalar:
    """Return a value as in JSON: dates in ISO 8601, long texts cut."""
    if value is None or isinstance(value, int | float):
        return value
    return value[:MAX_VALUE_CHARACTERS] if isinstance(value, str) else value.isoformat()


def names_of(values: Iterable[Value]) -> dict[Value, Scalar]:
    """Return each value as in JSON, keeping different values different.

    Long texts with the same beginning, such as URLs, are shortened to their beginning and end.
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
    for place in range(min(SAMPLE_ROWS, table.rows)):
        yield [plain(column.values[place]) for column in table.columns]


def _profile_column(column: TableColumn, counted: "Counter[Any]") -> ColumnProfile:
    known = sum(counted.values())
    described = ColumnProfile(
        name=column.name,
        type=column.type,
        unit=column.unit,
        missing=len(column.values) - known,
        distinct=len(counted),
    )
    often = counted.most_common(MAX_TOP_VALUES)
    if often and often[0][1] > 1:
        described.top = [ValueCount(value=plain(value), count=count) for value, count in often]
    if not known:
        return described
    if described.is_numeric or described.is_temporal:
        described.min, described.max = plain(min(counted)), plain(max(counted))
    if described.is_numeric:
        ordered = sorted(counted.elements())
        described.mean = fsum(ordered) / known
        described.quartiles = [quantile(ordered, share) for share in (0.25, 0.5, 0.75)]
    return described
