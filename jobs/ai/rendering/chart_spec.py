"""Validation of Vega-Lite specifications: inline data only, no expressions."""

import json
from collections.abc import Iterator
from typing import Any

from jobs.ai.rendering.errors import RenderingFailed
from jobs.ai.rendering.markup import clean

MAX_BYTES = 500_000
MAX_DEPTH = 40
MAX_SIDE_PIXELS = 4000
"""Width or height of a chart."""
LINK_KEYS = frozenset({"url", "href"})
"""Keys that load a resource or link to it."""
EXPRESSION_KEYS = frozenset(
    {"expr", "signal", "calculate", "labelExpr", "test", "events", "update"}
)
"""Keys whose values are executed as expressions."""
GENERATOR_KEYS = frozenset({"sequence", "graticule", "sphere"})
"""Keys that generate data."""
DATA_KEYS = frozenset({"values", "datasets"})
"""Keys that hold rows of data. The columns of the rows may have any name."""


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
    """Parse a specification that loads and executes nothing. Raises `RenderingFailed`."""
    if len(specification.encode()) > MAX_BYTES:
        raise RenderingFailed(f"The specification has more than {MAX_BYTES:,} bytes.")
    try:
        spec = json.loads(specification, parse_constant=_reject_constant)
    except (ValueError, RecursionError):
        raise RenderingFailed("The specification is not valid JSON.") from None
    if not isinstance(spec, dict):
        raise RenderingFailed("The specification is not a JSON object.")
    for key, value in _settings(spec):
        _check(key, value)
    printable: dict[str, Any] = _printable(spec)
    return printable


def _printable(node: Any) -> Any:
    """Remove the characters that XML does not allow: the library aborts its process on them."""
    if isinstance(node, str):
        return clean(node)
    if isinstance(node, list):
        return [_printable(item) for item in node]
    if isinstance(node, dict):
        return {clean(key): _printable(value) for key, value in node.items()}
    return node


def _reject_constant(text: str) -> None:
    raise ValueError(text)


def _settings(value: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield each key with its value, except in rows of data."""
    if depth > MAX_DEPTH:
        raise RenderingFailed(f"The specification is nested more than {MAX_DEPTH} levels deep.")
    if isinstance(value, dict):
        for key, child in value.items():
            yield key, child
            if key not in DATA_KEYS:
                yield from _settings(child, depth + 1)
    elif isinstance(value, list):
        for child in value:
            yield from _settings(child, depth + 1)


def _check(key: str, value: Any) -> None:
    if key in LINK_KEYS:
        raise RenderingFailed(
            f"It has the key {key!r}, but charts load nothing. Put the data into `data.values`."
        )
    if key in EXPRESSION_KEYS or (key == "filter" and isinstance(value, str)):
        raise RenderingFailed(f"It has an expression ({key!r}). Expressions are not executed.")
    if key in GENERATOR_KEYS:
        raise RenderingFailed(f"It generates its data ({key!r}). Put the data into `data.values`.")
    if key in ("width", "height") and isinstance(value, int | float) and value > MAX_SIDE_PIXELS:
        raise RenderingFailed(f"Its {key} exceeds {MAX_SIDE_PIXELS:,} pixels.")
