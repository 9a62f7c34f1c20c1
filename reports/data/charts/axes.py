"""Scales, axes and legends of charts."""

from collections.abc import Sequence
from typing import Any

from reports.data.charts.series import Series, title_with_unit
from reports.data.computation.results import ResultColumn
from reports.markup import shorten

MAX_AXIS_TITLE_CHARACTERS = 60
COLORS = (
    *("#2f6db5", "#e07b39", "#3a9a6c", "#b6509a"),
    *("#8a6d3b", "#56a3c9", "#c9504d", "#777f8c"),
)
TICKS = {
    "month": {"format": "%b %Y", "tickCount": {"interval": "month", "step": 1}},
    "quarter": {"format": "%Y Q%q", "tickCount": {"interval": "month", "step": 3}},
    "year": {"format": "%Y", "tickCount": {"interval": "year", "step": 1}},
}
MAX_UNIT_TICKS = 8
DAYS = {"format": "%d %b %Y"}

Channel = dict[str, Any]


def category(column: ResultColumn, places: Sequence[str], *, upright: bool) -> Channel:
    """Return the axis of bars, in the order of the result."""
    axis: Channel = {
        "title": shorten(column.name, MAX_AXIS_TITLE_CHARACTERS),
        "labelOverlap": column.is_temporal,
    }
    if upright:
        axis["labelAngle"] = -40 if max(map(len, places)) * len(places) > 60 else 0
    return {"field": "x", "type": "nominal", "sort": list(places), "axis": axis}


def scale(column: ResultColumn) -> Channel:
    """Return the axis of numbers or times for points and lines."""
    title = shorten(title_with_unit(column), MAX_AXIS_TITLE_CHARACTERS)
    if not column.is_temporal:
        axis = {"title": title, "format": "d" if column.role == "group" else ",.12~g"}
        return {"field": "x", "type": "quantitative", "scale": {"zero": False}, "axis": axis}
    ticks = TICKS.get(column.bucket or "", DAYS)
    # Times are UTC: the chart must not convert them to the viewer's time zone.
    return {
        "field": "x",
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": {"title": title, "labelOverlap": "greedy", **ticks},
    }


def value(drawn: Series, *, zero: bool) -> Channel:
    """Return the axis of the figures."""
    axis: Channel = {"title": shorten(drawn.y_title, MAX_AXIS_TITLE_CHARACTERS) or None}
    axis["format"] = _format(drawn)
    largest = max((abs(entry["y"]) for entry in drawn.entries), default=0)
    if drawn.y.type == "integer" and 1 <= largest < MAX_UNIT_TICKS:
        axis["tickCount"] = largest  # counts are whole numbers
    return {"field": "y", "type": "quantitative", "scale": {"zero": zero}, "axis": axis}


def color(drawn: Series) -> Channel:
    """Return the colours and the legend of the series; one colour if there is one series."""
    if not drawn.series:
        return {"value": COLORS[0]}
    return {
        "field": "c",
        "type": "nominal",
        "sort": list(drawn.names),
        "scale": {"domain": list(drawn.names), "range": list(COLORS[: len(drawn.names)])},
        "legend": {"title": shorten(drawn.series, MAX_AXIS_TITLE_CHARACTERS)},
    }


def _format(drawn: Series) -> str:
    if drawn.y.share:
        return ".0%"
    largest = max((abs(entry["y"]) for entry in drawn.entries), default=0)
    if largest and (largest >= 1e15 or largest < 1e-3):
        return ".3~e"
    return ",.2~f" if largest >= 1 else ",.6~f"
