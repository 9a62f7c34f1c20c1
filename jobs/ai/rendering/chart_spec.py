"""Charts: Vega-Lite specifications that hold their data, and are no programs."""

import json
from collections.abc import Iterator
from typing import Any

from jobs.ai.rendering.errors import NotMade
from jobs.ai.rendering.markup import clean

MOST_BYTES = 500_000
MOST_DEPTH = 40
LARGEST = 4000
"""Pixels of a side."""
ELSEWHERE = frozenset({"url", "href"})
"""Keys that would load something, or lead somewhere."""
PROGRAMS = frozenset({"expr", "signal", "calculate", "labelExpr", "test", "events", "update"})
"""Keys whose values are expressions, programs that is."""
GENERATORS = frozenset({"sequence", "graticule", "sphere"})
DATA = frozenset({"values", "datasets"})
"""Below these are rows: their columns may have any name."""


def title_of(specification: str) -> str:
    """Give what a specification calls its chart; empty where it says nothing."""
    try:
        spec = json.loads(specification)
    except (ValueError, RecursionError):
        return ""
    title = spec.get("title") or spec.get("description") if isinstance(spec, dict) else ""
    text = title.get("text", "") if isinstance(title, dict) else title
    return " ".join(text.split()) if isinstance(text, str) else ""


def checked(specification: str) -> dict[str, Any]:
    """Give a specification that holds all it needs. Raises `NotMade`."""
    if len(specification.encode()) > MOST_BYTES:
        raise NotMade(f"It has more than {MOST_BYTES:,} bytes.")
    try:
        spec = json.loads(specification, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotMade("It is not JSON.") from None
    if not isinstance(spec, dict):
        raise NotMade("It is no object.")
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


def _no_number(text: str) -> None:
    raise ValueError(text)


def _settings(value: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Give every key with its value, except in rows of data."""
    if depth > MOST_DEPTH:
        raise NotMade("It is nested too deeply.")
    if isinstance(value, dict):
        for key, below in value.items():
            yield key, below
            if key not in DATA:
                yield from _settings(below, depth + 1)
    elif isinstance(value, list):
        for below in value:
            yield from _settings(below, depth + 1)


def _check(key: str, value: Any) -> None:
    if key in ELSEWHERE:
        raise NotMade(f"It has {key!r}; only data that stand in the specification are drawn.")
    if key in PROGRAMS or (key == "filter" and isinstance(value, str)):
        raise NotMade(f"It has an expression ({key!r}), and expressions are not executed.")
    if key in GENERATORS:
        raise NotMade(f"It makes up its data ({key!r}); they must stand in it.")
    if key in ("width", "height") and isinstance(value, int | float) and value > LARGEST:
        raise NotMade(f"Its {key} is over {LARGEST:,} pixels.")
