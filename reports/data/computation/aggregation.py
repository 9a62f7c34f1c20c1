"""Executes a plan: every figure of an answer is computed here."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from math import fsum
from statistics import median
from typing import Any

from reports.data.computation.filters import passing_rows
from reports.data.computation.periods import period_start
from reports.data.computation.results import Result, ResultColumn
from reports.data.computation.views import Aggregate, GroupBy, Measure, View
from reports.data.tables.columns import DataTable, TableColumn, Value
from reports.data.tables.profile import Scalar, names_of, plain

MAX_RESULT_ROWS = 400
SIGNIFICANT_DIGITS = 12
"""Of a computed figure; further digits are noise of binary fractions."""
FUNCTION_NAMES = {
    "sum": "Sum of",
    "mean": "Average",
    "median": "Median",
    "min": "Smallest",
    "max": "Largest",
    "count": "Number of",
    "distinct": "Different values of",
}

Rows = list[list[Scalar]]


def compute(table: DataTable, view: View) -> Result:
    """Execute a view that `planning.plan_validation` has accepted for the table."""
    used = passing_rows(table, view.filters)
    if view.columns:
        columns, rows = _select_columns(table, view, used)
        notes: list[str] = []
    else:
        columns, rows, notes = _group(table, view, used)
    total = len(rows)
    shown = _limit(view, _sort(view, columns, rows))
    is_requested_limit = view.limit is not None and len(shown) == view.limit
    if len(shown) < total and not is_requested_limit:
        notes.append(f"“{view.title}” shows {len(shown):,} of {total:,} rows.")
    return Result(view=view, columns=columns, rows=shown, total=total, used=len(used), notes=notes)


def _select_columns(
    table: DataTable, view: View, used: Sequence[int]
) -> tuple[list[ResultColumn], Rows]:
    found = [table.column(name) for name in view.columns]
    columns = [
        ResultColumn(name=one.name, type=one.type, role="raw", unit=one.unit) for one in found
    ]
    return columns, [[plain(one.values[row]) for one in found] for row in used]


def _group(
    table: DataTable, view: View, used: Sequence[int]
) -> tuple[list[ResultColumn], Rows, list[str]]:
    keys = [_keys(table.column(group.column), group) for group in view.groups]
    members: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    undated = 0
    for row in used:
        key = tuple(column[row] for column in keys)
        if any(k is None and g.bucket for k, g in zip(key, view.groups, strict=True)):
            undated += 1
            continue
        members[key].append(row)
    if not view.groups:
        members.setdefault((), [])
    measured = [_measure(table, measure, list(members.values())) for measure in view.measures]
    figures = zip(*measured, strict=True)
    names = [names_of(column) for column in zip(*members, strict=True)]
    rows = [
        [*(named[value] for named, value in zip(names, key, strict=True)), *values]
        for key, values in zip(members, figures, strict=True)
    ]
    notes = [f"{undated:,} rows without a date are not in “{view.title}”."] if undated else []
    groups = [_group_column(table.column(group.column), group) for group in view.groups]
    return [*groups, *(_measure_column(table, one) for one in view.measures)], rows, notes


def _keys(column: TableColumn, group: GroupBy) -> Sequence[Value]:
    bucket = group.bucket
    if bucket is None:
        return column.values
    known = {
        value: period_start(value, bucket)
        for value in set(column.values)
        if isinstance(value, date)
    }
    return [known.get(value) for value in column.values]  # type: ignore[arg-type]  # of dates or None


def _measure(table: DataTable, measure: Measure, groups: Sequence[list[int]]) -> list[Scalar]:
    figures = _aggregate(table, measure, groups)
    if measure.per:
        per = _aggregate(table, measure.per, groups)
        figures = [None if a is None or not b else a / b for a, b in zip(figures, per, strict=True)]
    if measure.share:
        total = fsum(value for value in figures if value is not None)
        figures = [None if value is None or not total else value / total for value in figures]
    return [
        value if value is None or isinstance(value, int) else _exact(value) for value in figures
    ]


def _aggregate(
    table: DataTable, aggregate: Aggregate, groups: Sequence[list[int]]
) -> list[float | None]:
    if not aggregate.column:
        return [len(rows) for rows in groups]
    values = table.column(aggregate.column).values
    made: list[float | None] = []
    for rows in groups:
        known = [value for row in rows if (value := values[row]) is not None]
        if aggregate.function == "count":
            made.append(len(known))
        elif aggregate.function == "distinct":
            made.append(len(set(known)))
        else:
            made.append(FUNCTIONS[aggregate.function](known) if known else None)
    return made


def _sum(values: Sequence[Any]) -> float:
    return sum(values) if all(isinstance(one, int) for one in values) else fsum(values)


FUNCTIONS: dict[str, Callable[[Sequence[Any]], float]] = {
    "sum": _sum,
    "mean": lambda values: fsum(values) / len(values),
    "median": median,
    "min": min,
    "max": max,
}


def _exact(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def _group_column(column: TableColumn, group: GroupBy) -> ResultColumn:
    kind = "date" if group.bucket else column.type
    return ResultColumn(name=column.name, type=kind, role="group", bucket=group.bucket)


def _measure_column(table: DataTable, measure: Measure) -> ResultColumn:
    name = name_aggregate(measure)
    if measure.per:
        name = f"{name} per {name_aggregate(measure.per)}"
    if measure.share:
        name = f"Share of {name[0].lower()}{name[1:]}"
    counts = measure.function in ("count", "distinct")
    plain_figure = counts or measure.per or measure.share
    unit = "" if plain_figure else table.column(measure.column).unit
    kind = "integer" if counts and not (measure.per or measure.share) else "number"
    return ResultColumn(name=name, type=kind, role="measure", unit=unit, share=measure.share)


def name_aggregate(aggregate: Aggregate) -> str:
    """Name a figure: `Sum of revenue`."""
    if not aggregate.column:
        return "Number of rows"
    return f"{FUNCTION_NAMES[aggregate.function]} {aggregate.column}"


def _sort(view: View, columns: Sequence[ResultColumn], rows: Rows) -> Rows:
    if view.sort:
        by, descending = view.sort.by, view.sort.descending
    elif view.columns or not view.groups:
        return rows
    else:
        # Categories have no meaningful order; times and numbers have.
        by = 0 if columns[0].is_numeric or columns[0].is_temporal else len(view.groups)
        descending = by > 0
    known = [row for row in rows if row[by] is not None]
    known.sort(key=lambda row: _order(row[by]), reverse=descending)
    return [*known, *(row for row in rows if row[by] is None)]


def _order(value: Scalar) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _limit(view: View, rows: Rows) -> Rows:
    if view.limit is not None:
        return rows[: view.limit]
    if view.kind == "point" and len(rows) > MAX_RESULT_ROWS:
        step = len(rows) / MAX_RESULT_ROWS
        return [rows[int(place * step)] for place in range(MAX_RESULT_ROWS)]
    return rows[:MAX_RESULT_ROWS]
