"""States results in words without a language model, and as text for a model."""

from reports.data.computation.results import Result
from reports.data.tables.profile import Scalar

MAX_LISTED_ROWS = 5
MAX_PROMPT_ROWS = 60
"""Rows of a result given to a model."""


def state_result(result: Result) -> str:
    """State a result in a sentence or two."""
    title = result.view.title
    if not result.rows:
        return f"{title}: no row of the table matches."
    if result.view.columns:
        return f"{title}: {result.total:,} rows."
    if not result.groups:
        figures = zip(result.measures, result.rows[0], strict=True)
        shown = "; ".join(f"{measure.name}: {measure.format(value)}" for measure, value in figures)
        return f"{shown} ({_row_count(result)})."
    listed = "; ".join(_line(result, row) for row in result.rows[:MAX_LISTED_ROWS])
    rest = result.total - MAX_LISTED_ROWS
    more = f"; and {rest:,} more" if rest > 0 else ""
    return f"{title}: {listed}{more} ({_row_count(result)}).{_extremes(result)}"


def as_text(result: Result) -> str:
    """Return a result as a table with bars between the formatted values."""
    header = " | ".join(column.name for column in result.columns)
    rows = [
        " | ".join(column.format(value) for column, value in zip(result.columns, row, strict=True))
        for row in result.rows[:MAX_PROMPT_ROWS]
    ]
    left = f"({result.total - len(rows):,} more rows)" if result.total > len(rows) else ""
    return "\n".join(filter(None, [header, *rows, left]))


def _row_count(result: Result) -> str:
    return f"from {result.used:,} row{'' if result.used == 1 else 's'}"


def _line(result: Result, row: list[Scalar]) -> str:
    shown = [column.format(value) for column, value in zip(result.columns, row, strict=True)]
    groups = len(result.groups)
    return f"{', '.join(shown[:groups])} {', '.join(shown[groups:])}"


def _extremes(result: Result) -> str:
    """Name the highest and lowest value of a series that is too long to list."""
    at = len(result.groups)
    known = [row for row in result.rows if isinstance(row[at], int | float)]
    if len(result.rows) <= MAX_LISTED_ROWS or result.total > len(result.rows) or len(known) < 2:
        return ""

    def figure(row: list[Scalar]) -> float:
        value = row[at]
        return float(value) if isinstance(value, int | float) else 0.0

    high, low = max(known, key=figure), min(known, key=figure)
    return f" Highest: {_line(result, high)}. Lowest: {_line(result, low)}."
