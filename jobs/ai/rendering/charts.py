"""Charts: Vega-Lite specifications that hold their data, drawn in a process that can be ended."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import IO, Any, Self, cast

from jobs.ai.rendering import fonts, svg
from jobs.ai.rendering.markup import clean
from jobs.ai.rendering.paper import Picture

DRAWING = Path(__file__).with_name("drawing.py")
TIMEOUT = 30
"""Seconds for one chart; the first of a process takes 2, an ordinary one 0.3."""
MOST_OF_A_PROCESS = 20
"""Charts; the library does not give back all of its memory."""
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


class Drawer:
    """Draws charts in a process of its own, which is replaced where a chart has ended it.

    Close it, or use it as a context.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._drawn = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        process, self._process, self._drawn = self._process, None, 0
        if process is not None:
            process.kill()
            process.communicate()

    def draw(self, specification: str) -> Picture:
        """Draw a Vega-Lite specification. Raises `ChartRefused`."""
        asked = json.dumps(checked(specification))
        if self._drawn == MOST_OF_A_PROCESS:
            self.close()
        self._process = self._process or _started()
        self._drawn += 1
        timer = Timer(TIMEOUT, self._process.kill)
        timer.start()
        try:
            answer = _answer(self._process, asked)
            late = timer.finished.is_set()
        finally:
            timer.cancel()
        if answer:
            return _picture(json.loads(answer))
        self.close()
        if late:
            raise ChartRefused(f"Drawing it took longer than {TIMEOUT} seconds.")
        raise ChartRefused("It needs more memory than a chart may have, or breaks the library.")


def _started() -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603  # our own program; what it draws is its input
        [sys.executable, "-I", str(DRAWING), *fonts.folders()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _answer(process: "subprocess.Popen[str]", asked: str) -> str:
    """Ask for a chart; the answer is empty where the process ended over it."""
    written, read = cast(IO[str], process.stdin), cast(IO[str], process.stdout)
    try:
        written.write(f"{asked}\n")
        written.flush()
    except BrokenPipeError:
        return ""
    line = read.readline()
    return line if line.endswith("\n") else ""


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
        svg=_shown(answer["svg"]),
        pdf=base64.b64decode(answer["pdf"]),
    )


def _shown(drawn: str) -> str:
    try:
        return svg.cleaned(drawn)
    except ValueError as error:
        raise ChartRefused("What was drawn is no picture that may be shown.") from error
