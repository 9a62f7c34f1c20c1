"""The operations on a table: a closed set, planned by a model or by rules.

A plan is data, never code; `aggregation` executes it.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from reports.markup import Text

Bucket = Literal["day", "week", "month", "quarter", "year"]
Function = Literal["sum", "mean", "median", "min", "max", "count", "distinct"]
Test = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "missing", "present"]
Kind = Literal["bar", "line", "area", "point", "arc", "table", "number"]

MAX_VIEWS = 4

ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class Operation(BaseModel):
    """Part of a plan; unknown fields are rejected."""

    model_config = ConfigDict(extra="forbid")


class Condition(Operation):
    """Keeps the rows that pass a test."""

    column: ColumnName
    test: Test
    values: list[float | bool | str] = Field(
        default_factory=list,
        max_length=50,
        description="What to compare with: one value; several for `in` and `ne` (none of them; "
        "rows without a value stay); none for `missing` and `present`. Dates as in ISO 8601; "
        "a date column may be compared with 2025 or 2025-03.",
    )


class GroupBy(Operation):
    """Puts rows of one value together; points in time by the period they fall into."""

    column: ColumnName
    bucket: Bucket | None = Field(None, description="For date and datetime columns only.")


class Aggregate(Operation):
    """Makes one figure of the rows of a group."""

    function: Function
    column: str = Field("", max_length=120, description="Empty only to count rows.")


class Measure(Aggregate):
    """A figure that is shown for each group."""

    per: Aggregate | None = Field(
        None, description="Divide by this: a ratio, such as price per unit."
    )
    share: bool = Field(False, description="As the part, from 0 to 1, of the total of all groups.")


class Sort(Operation):
    """Orders the result."""

    by: Annotated[int, Field(ge=0, le=5)] = Field(
        description="Place of a column of the result, from 0: groups first, then measures; "
        "or of `columns`."
    )
    descending: bool = False


class View(Operation):
    """One result and its chart: rows are filtered, grouped, measured, sorted and limited.

    Without groups and measures it shows rows as they are, with the columns named in `columns`.
    """

    title: Text = Field(max_length=120)
    kind: Kind = Field(description="How to show it.")
    widget: int | None = Field(
        None, ge=1, description="Number of the chart of the dashboard that this replaces, if any."
    )
    filters: list[Condition] = Field(default_factory=list, max_length=8)
    groups: list[GroupBy] = Field(default_factory=list, max_length=2)
    measures: list[Measure] = Field(default_factory=list, max_length=4)
    columns: list[ColumnName] = Field(default_factory=list, max_length=6)
    sort: Sort | None = Field(None, description="Groups are in their own order without it.")
    limit: int | None = Field(None, ge=1, le=400, description="Rows of the result.")


class Plan(Operation):
    """How a question is answered."""

    views: list[View] = Field(min_length=1, max_length=MAX_VIEWS)
