"""Untrusted text, and helpers for Markdown."""

import re
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from jobs.ai.rendering.markup import clean, literal

__all__ = ["CLEAN", "Text", "clean", "fit_section", "literal", "shorten", "table"]


def _clean_text(value: object) -> object:
    """Clean a text; leave other values for the type check to reject."""
    return clean(value) if isinstance(value, str) else value


CLEAN = BeforeValidator(_clean_text)
"""Cleans untrusted text, so that it can be stored and displayed."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), CLEAN]

HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")
MAX_HEADING_LEVEL = 6


def shorten(text: str, length: int) -> str:
    """Cut a text at a word to at most `length` characters, on one line."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    return flat[: length - 1].rsplit(" ", 1)[0].rstrip(',;:.-–("“ ') + "…"


def fit_section(markdown: str, heading: str, level: int = 3) -> str:
    """Fit the Markdown of a section into a report.

    Headings are pushed down to `level` or below, a repeated title is dropped, and an open code
    block is closed, since it would swallow the following sections.
    """
    lines: list[str] = []
    fence = ""
    for line in markdown.strip().splitlines():
        fence = _fence_after(line, fence)
        found = None if fence else HEADING.match(line)
        if found is None:
            lines.append(line)
        elif lines or found[2].casefold() != heading.casefold():
            depth = min(MAX_HEADING_LEVEL, max(level, len(found[1])))
            lines.append(f"{'#' * depth} {found[2]}")
    return "\n".join([*lines, fence]).strip()


def _fence_after(line: str, fence: str) -> str:
    """Return the fence of the code block that is open after a line; "" outside of one."""
    found = FENCE.match(line)
    if found is None:
        return fence
    marks, rest = found.groups()
    if not fence:
        return "" if marks[0] == "`" and "`" in rest else marks
    closes = marks.startswith(fence) and not rest.strip()
    return "" if closes else fence


def table(header: list[str], rows: list[list[str]], *, numbers_from: int | None = None) -> str:
    """Return a Markdown table; cells are Markdown without line breaks.

    Columns from `numbers_from` on are right-aligned.
    """
    texts = len(header) if numbers_from is None else numbers_from
    rule = ["---"] * texts + ["---:"] * (len(header) - texts)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, rule, *rows])
