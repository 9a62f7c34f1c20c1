"""Vega-Lite specifications, built only by our code from computed results.

Names and values of a table occur in them only as data and titles. Fields have fixed names, so that
no column name is parsed as a path or an expression.
"""

from collections.abc import Callable
from typing import Any

from reports.data.charts import axes
from reports.data.charts.figures import figure, grid
from reports.data.charts.series import Series, series
from reports.data.computation.results import Result
from reports.data.computation.views import Kind
from reports.markup import shorten

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH_PIXELS, HEIGHT_PIXELS = 520, 280
BAR_STEP_PIXELS = 22
MAX_BARS = 30
MAX_UPRIGHT_LABEL_CHARACTERS = 14
"""With longer labels, bars are horizontal, so that the labels can be read."""
MAX_UPRIGHT_BARS = 12
MAX_TITLE_CHARACTERS = 90
CONFIG: dict[str, Any] = {
    "font": "Noto Sans, Noto Sans CJK JP, Noto Sans Arabic, Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelLimit": 260,
        "maxExtent": 300,
        "titleLimit": HEIGHT_PIXELS,
        "gridColor": "#e5e8ec",
    },
    "legend": {"labelLimit": 160, "titleLimit": 160},
    "title": {"anchor": "start", "fontSize": 14, "limit": 680},
}

Spec = dict[str, Any]
SpecWithNotes = tuple[Spec, list[str]]
"""A specification, and notes on what it does not show."""


def spec(result: Result, kind: Kind) -> SpecWithNotes:
    """Return the chart of a result as a kind chosen by `reports.data.charts.chart_kind`."""
    body, notes = MAKERS[kind](result)
    title = shorten(result.view.title, MAX_TITLE_CHARACTERS)
    return {"$schema": SCHEMA, "title": title, **body, "config": CONFIG}, notes


def _bars(result: Result) -> SpecWithNotes:
    drawn = series(result, labelled=True)
    places, notes = drawn.places, list(drawn.notes)
    if len(places) > MAX_BARS:
        title = result.view.title
        notes.append(f"The chart of “{title}” has the first {MAX_BARS} of {len(places)} bars.")
        places = places[:MAX_BARS]
    shown = set(places)
    entries = [entry for entry in drawn.entries if entry["x"] in shown]
    upright = drawn.x.is_temporal or (
        len(places) <= MAX_UPRIGHT_BARS
        and max(map(len, places), default=0) <= MAX_UPRIGHT_LABEL_CHARACTERS
    )
    along, across = ("x", "y") if upright else ("y", "x")
    encoding = {
        along: axes.category(drawn.x, places, upright=upright),
        across: axes.value(drawn, zero=True),
        "color": axes.color(drawn),
        "tooltip": {"field": "t", "type": "nominal"},
    }
    if drawn.series:
        encoding[f"{along}Offset"] = {"field": "c", "type": "nominal", "sort": list(drawn.names)}
    step = BAR_STEP_PIXELS * max(1, len(drawn.names) // 2)
    size = (
        {"width": WIDTH_PIXELS, "height": HEIGHT_PIXELS}
        if upright
        else {"width": WIDTH_PIXELS, "height": {"step": step, "for": "position"}}
    )
    return {
        "data": {"values": entries},
        "mark": {"type": "bar"},
        "encoding": encoding,
        **size,
    }, notes


def _on_scales(mark: Spec, *, zero: bool) -> Callable[[Result], SpecWithNotes]:
    def make(result: Result) -> SpecWithNotes:
        drawn = series(result, labelled=False)
        encoding = {
            "x": axes.scale(drawn.x),
            "y": axes.value(drawn, zero=zero),
            "color": axes.color(drawn),
            "tooltip": {"field": "t", "type": "nominal"},
        }
        size = {"width": WIDTH_PIXELS, "height": HEIGHT_PIXELS}
        body = {"data": {"values": drawn.entries}, "mark": mark, "encoding": encoding, **size}
        return body, list(drawn.notes)

    return make


def _slices(result: Result) -> SpecWithNotes:
    drawn: Series = series(result, labelled=True)
    names = [entry["x"] for entry in drawn.entries]
    values = [{**entry, "l": entry["t"]} for entry in drawn.entries]
    legend = {"title": shorten(drawn.x.name, MAX_TITLE_CHARACTERS), "labelLimit": 300}
    encoding = {
        "theta": {"field": "y", "type": "quantitative", "stack": True},
        "order": {"field": "y", "type": "quantitative", "sort": "descending"},
        "color": {
            "field": "l",
            "type": "nominal",
            "sort": None,
            "scale": {"range": list(axes.COLORS[: len(names)])},
            "legend": legend,
        },
        "tooltip": {"field": "t", "type": "nominal"},
    }
    size = {"width": HEIGHT_PIXELS, "height": HEIGHT_PIXELS}
    mark = {"type": "arc", "innerRadius": HEIGHT_PIXELS // 5, "stroke": "white"}
    return {"data": {"values": values}, "mark": mark, "encoding": encoding, **size}, []


MAKERS: dict[Kind, Callable[[Result], SpecWithNotes]] = {
    "bar": _bars,
    "line": _on_scales({"type": "line", "point": True, "strokeWidth": 2}, zero=False),
    "area": _on_scales({"type": "area", "opacity": 0.75, "line": True}, zero=True),
    "point": _on_scales({"type": "point", "filled": True, "opacity": 0.6}, zero=False),
    "arc": _slices,
    "table": grid,
    "number": figure,
}
