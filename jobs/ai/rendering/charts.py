"""Charts: Vega-Lite specifications that hold their data, drawn in a process that can be ended."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jobs.ai.rendering import fonts
from jobs.ai.rendering.paper import Picture

DRAWING = Path(__file__).with_name("drawing.py")
TIMEOUT = 30
"""Seconds for one chart; an ordinary one takes 2."""
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


class ChartRefused(Exception):
    """A specification that is not drawn; the message says why, in a sentence."""


def title_of(specification: str) -> str:
    """Give what a specification calls its chart; empty where it says nothing."""
    try:
        spec = json.loads(specification)
    except (ValueError, RecursionError):
        return ""
    title = spec.get("title") or spec.get("description") if isinstance(spec, dict) else ""
    text = title.get("text", "") if isinstance(title, dict) else title
    return " ".join(text.split()) if isinstance(text, str) else ""


def draw(specification: str) -> Picture:
    """Draw a Vega-Lite specification. Raises `ChartRefused`."""
    spec = checked(specification)
    asked = json.dumps({"spec": spec, "fonts": fonts.folders()})
    try:
        done = subprocess.run(  # noqa: S603  # our own program; the text is its input
            [sys.executable, "-I", str(DRAWING)],
            input=asked,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ChartRefused(f"Drawing it took longer than {TIMEOUT} seconds.") from None
    if done.returncode != 0:
        raise ChartRefused("It needs more memory than a chart may have, or breaks the library.")
    return _picture(json.loads(done.stdout))


def checked(specification: str) -> dict[str, Any]:
    """Give a specification that holds all it needs. Raises `ChartRefused`."""
    if len(specification.encode()) > MOST_BYTES:
        raise ChartRefused(f"It has more than {MOST_BYTES:,} bytes.")
    try:
        spec = json.loads(specification, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ChartRefused("It is not JSON.") from None
    if not isinstance(spec, dict):
        raise ChartRefused("It is no object.")
    for key, value in _settings(spec):
        _check(key, value)
    return spec


def _no_number(text: str) -> None:
    raise ValueError(text)


def _settings(value: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Give every key with its value, except in rows of data."""
    if depth > MOST_DEPTH:
        raise ChartRefused("It is nested too deeply.")
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
        raise ChartRefused(f"It has {key!r}; only data that stand in the specification are drawn.")
    if key in PROGRAMS or (key == "filter" and isinstance(value, str)):
        raise ChartRefused(f"It has an expression ({key!r}), and expressions are not executed.")
    if key in GENERATORS:
        raise ChartRefused(f"It makes up its data ({key!r}); they must stand in it.")
    if key in ("width", "height") and isinstance(value, int | float) and value > LARGEST:
        raise ChartRefused(f"Its {key} is over {LARGEST:,} pixels.")


def _picture(answer: dict[str, Any]) -> Picture:
    if refused := answer.get("refused"):
        raise ChartRefused(str(refused))
    return Picture(
        content=base64.b64decode(answer["png"]),
        media_type="image/png",
        width=answer["width"],
        height=answer["height"],
        svg=answer["svg"],
        pdf=base64.b64decode(answer["pdf"]),
    )
