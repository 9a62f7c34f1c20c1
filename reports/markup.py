"""Small questions of Markdown text."""

import re

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
LINE_MARKUP = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
FENCE = re.compile(r"^\s*(```|~~~)")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
LOWEST = 6


def literal(text: str) -> str:
    """Escape a text, so that Markdown shows it as it is, on one line."""
    flat = MARKUP.sub(r"\\\1", " ".join(text.split()))
    return LINE_MARKUP.sub(_escaped, flat)


def _escaped(match: re.Match[str]) -> str:
    indent, mark = match.groups()
    return f"{indent}{mark[:-1]}\\{mark[-1]}"


def shortened(text: str, length: int) -> str:
    """Cut a text at a word to at most `length` characters, on one line."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    return flat[: length - 1].rsplit(" ", 1)[0].rstrip(",;:.-– ") + "…"


def nested(markdown: str, heading: str, level: int = 3) -> str:
    """Push the headings of a section's text down to `level` or below, and drop a repeated title."""
    lines: list[str] = []
    fenced = False
    for line in markdown.strip().splitlines():
        fenced ^= bool(FENCE.match(line))
        found = None if fenced else HEADING.match(line)
        if found is None:
            lines.append(line)
        elif lines or found[2].casefold() != heading.casefold():
            depth = min(LOWEST, max(level, len(found[1])))
            lines.append(f"{'#' * depth} {found[2]}")
    return "\n".join(lines).strip()


def table(header: list[str], rows: list[list[str]]) -> str:
    """Make a table of cells that are Markdown without line breaks."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def clean(text: str) -> str:
    """Drop what neither PostgreSQL nor a page can hold: control characters, half surrogates."""
    return UNPRINTABLE.sub("", text)
