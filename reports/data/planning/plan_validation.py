"""Checks that a plan fits the table: it may use only existing columns, and sensibly."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from reports.data.computation.periods import span
from reports.data.computation.views import Aggregate, Condition, GroupBy, Plan, View
from reports.data.tables.profile import ColumnProfile, TableProfile

COUNTING_FUNCTIONS = frozenset({"count", "distinct"})
ORDER_TESTS = frozenset({"lt", "le", "gt", "ge"})
SHARE_FUNCTIONS = frozenset({"sum", "count"})
TESTS_WITHOUT_VALUE = frozenset({"missing", "present"})
TESTS_WITH_VALUES = frozenset({"in", "ne"})
MAX_NAMED_COLUMNS = 30
"""Columns listed in a message."""

Columns = Mapping[str, ColumnProfile]


def plan_model(profile: TableProfile, widgets: int) -> type[Plan]:
    """Return a `Plan` model that rejects what does not fit the table or the number of widgets."""
    columns = {column.name: column for column in profile.columns}

    class FittingPlan(Plan):
        @model_validator(mode="after")
        def _fits(self) -> Self:
            for fault in chain(
                _find_repeats(self.views), *(faults(view, columns, widgets) for view in self.views)
            ):
                raise PydanticCustomError("does_not_fit", "{fault}", {"fault": fault})
            return self

    FittingPlan.__name__ = FittingPlan.__qualname__ = Plan.__name__
    FittingPlan.__doc__ = Plan.__doc__
    return FittingPlan


def _find_repeats(views: Iterable[View]) -> Iterator[str]:
    replaced = [view.widget for view in views if view.widget]
    if len(set(replaced)) < len(replaced):
        yield "Two views replace the same chart."


def faults(view: View, columns: Columns, widgets: int) -> Iterator[str]:
    """Yield the reasons why a view cannot be computed with these columns."""
    named = [condition.column for condition in view.filters] + view.columns
    named += [group.column for group in view.groups]
    measured = [one for measure in view.measures for one in (measure, measure.per) if one]
    named += [one.column for one in measured if one.column]
    if unknown := [name for name in named if name not in columns]:
        known = ", ".join(list(columns)[:MAX_NAMED_COLUMNS])
        yield f"There is no column {unknown[0]!r}. Columns: {known}."
        return
    yield from _shape(view, widgets)
    for condition in view.filters:
        yield from _condition(condition, columns[condition.column])
    for group in view.groups:
        yield from _group(group, columns[group.column])
    for aggregate in measured:
        yield from _aggregate(aggregate, columns)
    if any(one.share and (one.per or one.function not in SHARE_FUNCTIONS) for one in view.measures):
        yield "Only a sum or a count has a share, and a ratio has none."


def _shape(view: View, widgets: int) -> Iterator[str]:
    if view.columns and (view.groups or view.measures):
        yield "A view has either `columns`, or `groups` and `measures`."
    if not view.columns and not view.measures:
        yield "A view needs `measures`, or `columns` to show rows as they are."
    if view.sort and view.sort.by >= len(view.columns or [*view.groups, *view.measures]):
        yield "`sort.by` is the place of a column of the result, from 0."
    if len({(group.column, group.bucket) for group in view.groups}) < len(view.groups):
        yield "A view groups twice by the same."
    if view.widget and view.widget > widgets:
        yield f"There is no chart {view.widget}; the dashboard has {widgets}."


def _condition(condition: Condition, column: ColumnProfile) -> Iterator[str]:
    test, values = condition.test, condition.values
    expected = (
        0
        if test in TESTS_WITHOUT_VALUE
        else max(1, len(values))
        if test in TESTS_WITH_VALUES
        else 1
    )
    if len(values) != expected:
        yield f"The test {test!r} takes {expected} values, not {len(values)}."
    elif test in ORDER_TESTS and not (column.is_numeric or column.is_temporal):
        yield f"{column.name!r} is {column.type} and has no order to compare by."
    elif test != "contains":
        yield from _values(values, column)


def _values(values: Iterable[float | bool | str], column: ColumnProfile) -> Iterator[str]:
    for value in values:
        if column.is_numeric and (isinstance(value, bool) or not isinstance(value, float)):
            yield f"{column.name!r} has numbers; {value!r} is none."
        if column.is_temporal and span(value) is None:
            yield f"{column.name!r} has dates; {value!r} is none in ISO 8601."


def _group(group: GroupBy, column: ColumnProfile) -> Iterator[str]:
    if group.bucket and not column.is_temporal:
        yield f"{column.name!r} is {column.type}; only dates have a bucket."


def _aggregate(aggregate: Aggregate, columns: Columns) -> Iterator[str]:
    if not aggregate.column:
        if aggregate.function != "count":
            yield f"{aggregate.function!r} needs a column."
    elif aggregate.function not in COUNTING_FUNCTIONS and not columns[aggregate.column].is_numeric:
        found = columns[aggregate.column]
        yield f"{found.name!r} is {found.type} and has no {aggregate.function}."
