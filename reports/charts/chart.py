"""The chart of a result: chosen, specified and drawn."""

from typing import Any

from pydantic import BaseModel

from reports.analysis.results import Result
from reports.charts.choosing import fitting_kind
from reports.charts.drawing import draw, printable
from reports.charts.specs import spec


class Drawn(BaseModel):
    """A chart that was drawn."""

    title: str
    kind: str
    spec: dict[str, Any]
    """Vega-Lite 5, with its data."""
    svg: str
    notes: list[str]
    """What it does not show, and why it is not of the kind that was wished for."""


def drawn(result: Result) -> Drawn:
    """Draw a result. Raises `InvalidOutput` where that cannot be done."""
    kind, why = fitting_kind(result)
    body, notes = spec(result, kind)
    made = printable(body)
    return Drawn(
        title=result.view.title,
        kind=kind,
        spec=made,
        svg=draw(made),
        notes=[*([why] if why else []), *notes],
    )
