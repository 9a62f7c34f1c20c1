"""Columns of a table: values of one type each."""

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
    """What is said of a column, without its values."""

    name: str
    type: Type

    @property
    def is_numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.type in NUMERIC

    @property
    def is_temporal(self) -> bool:
        """Whether it holds points in time, or periods."""
        return self.type in TEMPORAL


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """A column of a table."""

    name: str
    type: Type
    values: Sequence[Value]
    """One for each row; `None` where the cell is empty. Times are UTC, without a zone."""
    unit: str = ""
    """Of numbers: `€`, `%`."""
    notes: tuple[str, ...] = ()
    """What the reader should know of how it was read."""


@dataclass(frozen=True, kw_only=True)
class DataTable:
    """A table that was read."""

    name: str
    """Of its file, and sheet."""
    columns: tuple[TableColumn, ...]
    rows: int
    notes: tuple[str, ...] = ()
    """What was left out, and what was taken for what."""

    def column(self, name: str) -> TableColumn:
        """Give the column of this name; raise `KeyError` where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
