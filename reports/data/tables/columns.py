"""Tables with typed columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

Type = Literal["integer", "number", "boolean", "date", "datetime", "category", "text"]
Value = int | float | bool | date | datetime | str | None

NUMERIC = frozenset({"integer", "number"})
TEMPORAL = frozenset({"date", "datetime"})


class TypedColumn(BaseModel):
    """Name and type of a column."""

    name: str
    type: Type

    @property
    def is_numeric(self) -> bool:
        return self.type in NUMERIC

    @property
    def is_temporal(self) -> bool:
        """Whether the values are times or periods."""
        return self.type in TEMPORAL


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """A column with its values."""

    name: str
    type: Type
    values: Sequence[Value]
    """One per row; `None` for an empty cell. Times are naive UTC."""
    unit: str = ""
    """Unit of the numbers: `€`, `%`."""
    notes: tuple[str, ...] = ()
    """What the reader should know about how the column was read."""


@dataclass(frozen=True, kw_only=True)
class DataTable:
    """A table that was read."""

    name: str
    """Name of the file and sheet."""
    columns: tuple[TableColumn, ...]
    rows: int
    notes: tuple[str, ...] = ()
    """What was omitted, and how ambiguous cells were interpreted."""

    def column(self, name: str) -> TableColumn:
        """Return the column with this name. Raises `KeyError`."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
