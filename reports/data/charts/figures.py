"""Results shown as text: a single figure, or a table."""

from typing import Any

from reports.data.computation.results import Result
from reports.markup import shorten

MAX_TABLE_ROWS = 20
CELL_PIXELS, ROW_PIXELS = 150, 22
MAX_CELL_CHARACTERS = 24
"""Characters of a cell."""
INK, QUIET = "#1c2530", "#5b6675"


def figure(result: Result) -> tuple[dict[str, Any], list[str]]:
    """Show one figure with its name below."""
    [measure], [[value]] = result.columns, result.rows
    texts = [
        {"y": 0, "t": measure.format(value), "s": "large"},
        {"y": 1, "t": shorten(measure.name, 60), "s": "small"},
    ]
    layers = [
        _text(mark={"fontSize": 44, "fontWeight": 600, "color": INK, "dy": -14}, only=texts[0]),
        _text(mark={"fontSize": 14, "color": QUIET, "dy": 26}, only=texts[1]),
    ]
    return {"width": 360, "height": 120, "layer": layers}, []


def _text(*, mark: dict[str, Any], only: dict[str, Any]) -> dict[str, Any]:
    text = {"field": "t", "type": "nominal"}
    return {
        "data": {"values": [{"t": only["t"]}]},
        "mark": {"type": "text", **mark},
        "encoding": {"text": text},
    }


def grid(result: Result) -> tuple[dict[str, Any], list[str]]:
    """Show rows and columns."""
    lines = result.rows[:MAX_TABLE_ROWS]
    notes = []
    if len(lines) < len(result.rows):
        title = result.view.title
        notes.append(f"The table of “{title}” shows {len(lines)} of {result.total:,} rows.")
    values = [
        {"r": place, "c": at, "t": shorten(column.format(value), MAX_CELL_CHARACTERS)}
        for place, row in enumerate(lines, start=1)
        for at, (column, value) in enumerate(zip(result.columns, row, strict=True))
    ]
    head = [
        {"r": 0, "c": at, "t": shorten(column.name, MAX_CELL_CHARACTERS)}
        for at, column in enumerate(result.columns)
    ]
    layers = [
        _cells(head, len(lines), {"fontWeight": 600, "color": INK}),
        _cells(values, len(lines), {"color": INK}),
    ]
    size = {"width": {"step": CELL_PIXELS}, "height": {"step": ROW_PIXELS}}
    return {**size, "layer": layers if values else layers[:1]}, notes


def _cells(values: list[dict[str, Any]], lines: int, look: dict[str, Any]) -> dict[str, Any]:
    hidden = {"axis": None, "type": "ordinal"}
    mark = {"type": "text", "fontSize": 12, "limit": CELL_PIXELS - 8, **look}
    encoding = {
        "x": {"field": "c", **hidden},
        "y": {"field": "r", **hidden},
        "text": {"field": "t", "type": "nominal"},
    }
    return {"data": {"values": values}, "mark": mark, "encoding": encoding}
