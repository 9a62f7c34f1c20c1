"""Applies the filters of a view to the rows of a table."""

from collections.abc import Callable, Sequence
from datetime import date

from reports.data.computation.periods import as_time, span
from reports.data.computation.views import Condition
from reports.data.tables.columns import TEMPORAL, DataTable, TableColumn, Value

Check = Callable[[Value], bool]
YES = frozenset({"true", "yes", "1"})


def passing_rows(table: DataTable, filters: Sequence[Condition]) -> Sequence[int]:
    """Return the indexes of the rows that pass all filters."""
    rows: Sequence[int] = range(table.rows)
    for condition in filters:
        column = table.column(condition.column)
        check, known = _check(condition, column), dict[Value, bool]()
        kept = []
        for row in rows:
            value = column.values[row]
            if value not in known:
                known[value] = check(value)
            if known[value]:
                kept.append(row)
        rows = kept
    return rows


def _check(condition: Condition, column: TableColumn) -> Check:
    if condition.test == "missing":
        return lambda value: value is None
    if condition.test == "present":
        return lambda value: value is not None
    if condition.test == "contains":
        part = str(condition.values[0]).casefold()
        return lambda value: value is not None and part in str(value).casefold()
    if condition.test in ("eq", "in"):
        return _equal(condition, column)
    if condition.test == "ne":
        same = _equal(condition, column)
        return lambda value: not same(value)
    return _comparison(condition, column)


def _equal(condition: Condition, column: TableColumn) -> Check:
    if column.type in TEMPORAL:
        spans = [found for value in condition.values if (found := span(value))]
        return lambda value: (
            isinstance(value, date) and any(a <= as_time(value) < b for a, b in spans)
        )
    if column.type == "boolean":
        truths = {str(value).casefold() in YES for value in condition.values}
        return lambda value: value in truths
    if column.type in ("category", "text"):
        words = {_word(value) for value in condition.values}
        return lambda value: value is not None and str(value).casefold() in words
    numbers = set(condition.values)
    return lambda value: value is not None and value in numbers


def _comparison(condition: Condition, column: TableColumn) -> Check:
    [operand] = condition.values
    if column.type not in TEMPORAL:
        bound = float(operand)
        compare = COMPARISONS[condition.test]
        return lambda value: isinstance(value, int | float) and compare(value, bound)
    found = span(operand)
    if found is None:
        raise ValueError(f"{operand!r} is not a time")
    # "After 2025" starts at its end, and "up to 2025" includes all of it.
    edge = found[1] if condition.test in ("gt", "le") else found[0]
    later = condition.test in ("gt", "ge")
    return lambda value: isinstance(value, date) and (as_time(value) >= edge) == later


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "lt": lambda value, bound: value < bound,
    "le": lambda value, bound: value <= bound,
    "gt": lambda value, bound: value > bound,
    "ge": lambda value, bound: value >= bound,
}


def _word(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.casefold()
