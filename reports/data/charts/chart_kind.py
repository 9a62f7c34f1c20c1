"""Chooses the kind of chart: the requested one, unless it would mislead."""

from reports.data.computation.results import Result, ResultColumn
from reports.data.computation.views import Kind

MAX_SLICES = 8
LINE_KINDS = frozenset({"line", "area"})


def choose_kind(result: Result) -> tuple[Kind, str]:
    """Return the kind of chart, and why it is not the requested one ("" if it is)."""
    wished = result.view.kind
    if wished == "table" or not result.rows:
        return "table", ""
    if result.view.columns:
        return _of_rows(result)
    if not result.groups:
        return ("number", "") if len(result.measures) == 1 else ("table", "")
    if len(result.groups) == 2 and len(result.measures) > 1:
        return "table", "Several figures of two groups are shown as a table."
    return _of_groups(result, wished)


def _of_rows(result: Result) -> tuple[Kind, str]:
    first, *others = result.columns
    drawable = others and others[0].is_numeric and (first.is_numeric or first.is_temporal)
    if result.view.kind in ("point", "line") and drawable:
        return result.view.kind, ""
    return "table", ""


def _of_groups(result: Result, wished: Kind) -> tuple[Kind, str]:
    if wished == "number":
        return "table", ""
    if wished == "arc":
        return _as_slices(result)
    if wished in LINE_KINDS and not _has_order(result.groups[0]):
        return "bar", "Categories have no order, so the chart has bars instead of a line."
    if wished == "area" and _has_negative(result):
        return "line", "Areas cannot show negative values, so the chart has lines."
    if wished == "point" and not (result.groups[0].is_numeric or result.groups[0].is_temporal):
        return "bar", ""
    return wished, ""


def _as_slices(result: Result) -> tuple[Kind, str]:
    if len(result.groups) > 1 or len(result.measures) > 1:
        return "bar", "A pie can show only one figure of one group, so the chart has bars."
    if _has_negative(result):
        return "bar", "A pie cannot show negative values, so the chart has bars."
    if len(result.rows) > MAX_SLICES:
        return "bar", f"A pie can show at most {MAX_SLICES} slices, so the chart has bars."
    if len(result.rows) < result.total:
        return "bar", "A pie of a part would look like the whole, so the chart has bars."
    return "arc", ""


def _has_order(column: ResultColumn) -> bool:
    return column.is_temporal or column.is_numeric


def _has_negative(result: Result) -> bool:
    at = len(result.groups)
    return any(
        isinstance(value, int | float) and value < 0 for row in result.rows for value in row[at:]
    )
