"""Vega-Lite specifications, made of computed results by our code alone.

Names and values of a table are only ever data and titles in them: fields have names of our own, so
that no column's name is taken for a path or an expression.
"""

from collections.abc import Callable
from typing import Any

from reports.data.charts import axes
from reports.data.charts.figures import figure, grid
from reports.data.charts.series import Series, series
from reports.data.computation.results import Result
from reports.data.computation.views import Kind
from reports.markup import shortened

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH, HEIGHT = 520, 280
BAR_STEP = 22
MOST_BARS = 30
LONG_LABEL = 14
"""Characters from which bars lie down, so that their labels can be read."""
MOST_UPRIGHT = 12
TITLE_LENGTH = 90
CONFIG: dict[str, Any] = {
    "font": "Noto Sans, Noto Sans CJK JP, Noto Sans Arabic, Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {"labelLimit": 260, "maxExtent": 300, "titleLimit": HEIGHT, "gridColor": "#e5e8ec"},
    "legend": {"labelLimit": 160, "titleLimit": 160},
    "title": {"anchor": "start", "fontSize": 14, "limit": 680},
}

Spec = dict[str, Any]
Drawn = tuple[Spec, list[str]]
"""A specification, and what it does not show."""


def spec(result: Result, kind: Kind) -> Drawn:
    """Make the chart of a result, of a kind that fits it (see `reports.data.charts.chart_kind`)."""
    body, notes = MAKERS[kind](result)
    title = shortened(result.view.title, TITLE_LENGTH)
    return {"$schema": SCHEMA, "title": title, **body, "config": CONFIG}, notes


def _bars(result: Result) -> Drawn:
    drawn = series(result, labelled=True)
    places, notes = drawn.places, list(drawn.notes)
    if len(places) > MOST_BARS:
        title = result.view.title
        notes.append(f"The chart of “{title}” has the first {MOST_BARS} of {len(places)} bars.")
        places = places[:MOST_BARS]
    shown = set(places)
    entries = [entry for entry in drawn.entries if entry["x"] in shown]
    upright = drawn.x.is_temporal or (
        len(places) <= MOST_UPRIGHT and max(map(len, places), default=0) <= LONG_LABEL
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
    step = BAR_STEP * max(1, len(drawn.names) // 2)
    size = (
        {"width": WIDTH, "height": HEIGHT}
        if upright
        else {"width": WIDTH, "height": {"step": step, "for": "position"}}
    )
    return {
        "data": {"values": entries},
        "mark": {"type": "bar"},
        "encoding": encoding,
        **size,
    }, notes


def _on_scales(mark: Spec, *, zero: bool) -> Callable[[Result], Drawn]:
    def make(result: Result) -> Drawn:
        drawn = series(result, labelled=False)
        encoding = {
            "x": axes.scale(drawn.x),
            "y": axes.value(drawn, zero=zero),
            "color": axes.color(drawn),
            "tooltip": {"field": "t", "type": "nominal"},
        }
        size = {"width": WIDTH, "height": HEIGHT}
        body = {"data": {"values": drawn.entries}, "mark": mark, "encoding": encoding, **size}
        return body, list(drawn.notes)

    return make


def _slices(result: Result) -> Drawn:
    drawn: Series = series(result, labelled=True)
    names = [entry["x"] for entry in drawn.entries]
    values = [{**entry, "l": entry["t"]} for entry in drawn.entries]
    legend = {"title": shortened(drawn.x.name, TITLE_LENGTH), "labelLimit": 300}
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
    size = {"width": HEIGHT, "height": HEIGHT}
    mark = {"type": "arc", "innerRadius": HEIGHT // 5, "stroke": "white"}
    return {"data": {"values": values}, "mark": mark, "encoding": encoding, **size}, []


MAKERS: dict[Kind, Callable[[Result], Drawn]] = {
    "bar": _bars,
    "line": _on_scales({"type": "line", "point": True, "strokeWidth": 2}, zero=False),
    "area": _on_scales({"type": "area", "opacity": 0.75, "line": True}, zero=True),
    "point": _on_scales({"type": "point", "filled": True, "opacity": 0.6}, zero=False),
    "arc": _slices,
    "table": grid,
    "number": figure,
}
