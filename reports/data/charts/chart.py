"""The chart of a result: kind, specification and drawing."""

import json
from typing import Any

from pydantic import BaseModel

from jobs.ai.rendering.chart_renderer import ChartRenderer
from jobs.ai.rendering.errors import RenderingFailed
from jobs.errors import InvalidOutput
from reports.data.charts.chart_kind import choose_kind
from reports.data.charts.specs import spec
from reports.data.computation.results import Result


class DrawnChart(BaseModel):
    """A rendered chart."""

    title: str
    kind: str
    spec: dict[str, Any]
    """Vega-Lite 5, with its data."""
    svg: str
    notes: list[str]
    """What it does not show, and why it is not of the requested kind."""


def draw_chart(result: Result, drawer: ChartRenderer) -> DrawnChart:
    """Draw a result. Raises `InvalidOutput` if that fails."""
    kind, why = choose_kind(result)
    body, notes = spec(result, kind)
    try:
        picture = drawer.draw(json.dumps(body))
    except RenderingFailed as refused:
        raise InvalidOutput(f"The chart could not be drawn. {refused.message}") from refused
    return DrawnChart(
        title=result.view.title,
        kind=kind,
        spec=body,
        svg=picture.svg,
        notes=[*([why] if why else []), *notes],
    )
