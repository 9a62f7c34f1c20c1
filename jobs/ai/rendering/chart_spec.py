"""Validation of Vega-Lite specifications: inline data only, no expressions."""

import json
from collections.abc import Iterator
from typing import Any

from jobs.ai.rendering.errors import RenderingFailed
from jobs.ai.rendering.markup import clean

MAX_BYTES = 500_000
MAX_DEPTH = 40
MAX_SIDE_PIXELS = 4000
"""Pixels of a side."""
LINK_KEYS = frozenset({"url", "href"})
"""Keys that load a resource or link to one."""
EXPRESSION_KEYS = frozenset(
    {"expr", "signal", "calculate", "labelExpr", "test", "events", "update"}
)
"""Keys whose values are executed as expressions."""
GENERATOR_KEYS = frozenset({"sequence", "graticule", "sphere"})
DATA_KEYS = frozenset({"values", "datasets"})
"""Keys of data rows, whose columns may have any name."""


def chart_title(specification: str) -> str:
    """Return the title of a chart, or "" if it has none."""
    try:
        spec = json.loads(specification)
    except (ValueError, RecursionError):
        return ""
    title = spec.get("title") or spec.get("description") if isinstance(spec, dict) else ""
    text = title.get("text", "") if isinstance(title, dict) else title
    return " ".join(text.split()) if isinstance(text, str) else ""


def validate(specification: str) -> dict[str, Any]:
    """Give a specification that holds all it needs. Raises `RenderingFailed`."""
    if len(specification.encode()) > MAX_BYTES:
        raise RenderingFailed(f"It has more than {MAX_BYTES:,} bytes.")
    try:
        spec = json.loads(specification, parse_constant=_reject_constant)
    except (ValueError, RecursionError):
        raise RenderingFailed("It is not JSON.") from None
    if not isinstance(spec, dict):
        raise RenderingFailed("It is no object.")
    for key, value in _settings(spec):
        _check(key, value)
    printable: dict[str, Any] = _printable(spec)
    return printable


def _printable(node: Any) -> Any:
    """Clean every text: the library aborts its process over characters that XML cannot hold."""
    if isinstance(node, str):
        return clean(node)
    if isinstance(node, list):
        return [_printable(one) for one in node]
    if isinstance(node, dict):
        return {clean(key): _printable(value) for key, value in node.items()}
    return node


def _reject_constant(text: str) -> None:
    raise ValueError(text)


def _settings(value: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Give every key with its value, except in rows of data."""
    if depth > MAX_DEPTH:
        raise RenderingFailed("It is nested too deeply.")
    if isinstance(value, dict):
        for key, below in value.items():
            yield key, below
            if key not in DATA_KEYS:
                yield from _settings(below, depth + 1)
    elif isinstance(value, list):
        for below in value:
            yield from _settings(below, depth + 1)


def _check(key: str, value: Any) -> None:
    if key in LINK_KEYS:
        raise RenderingFailed(f"It contains {key!r}. Only data inside the specification is drawn.")
    if key in EXPRESSION_KEYS or (key == "filter" and isinstance(value, str)):
        raise RenderingFailed(f"It contains an expression ({key!r}). Expressions are not executed.")
    if key in GENERATOR_KEYS:
        raise RenderingFailed(
            f"It generates its data ({key!r}). The data must be in the specification."
        )
    if key in ("width", "height") and isinstance(value, int | float) and value > MAX_SIDE_PIXELS:
        raise RenderingFailed(f"Its {key} is over {MAX_SIDE_PIXELS:,} pixels.")
