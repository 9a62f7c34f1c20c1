"""Paragraphs, headings and rows of tables: lines of a text that belong together."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from jobs.ai.extraction.words import words

Kind = Literal["text", "row", "header", "heading"]

BULLET = re.compile(r"^\s*(?:[-*•‣▪–]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+")
RULE = re.compile(r"^[|\s:+-]+$")
"""The line below a table's header, in Markdown."""
CELLS = " · "
"""Between the cells of a table's row."""
LAID_OUT = re.compile(r"\s\S{0,2}\d[\d.,]*%?\s+\S{0,2}\d[\d.,]*%?$")
"""Two numbers at the end of a line: a row of a table that a PDF does not tell from other lines."""
ENDED = (".", "!", "?", ":", ";", "…")
FULL_LINE = 60
"""Characters from which on a line is taken to go on in the next one."""
PROSE_WORDS = 6
HEADING_WORDS = 10
NOT_IN_HEADINGS = re.compile(r"\d{2}|[^\W\d]\d|\d[^\W\d]|[$€£¥%:@·]|[.,;!]$")


@dataclass(frozen=True, kw_only=True)
class Block:
    """Lines that belong together, as one."""

    text: str
    kind: Kind = "text"
    heading: str = ""
    """The heading that it stands below; its own, of a heading."""


def is_prose(text: str) -> bool:
    """Whether a text reads as a sentence, and not as a heading or a field of a form."""
    count = len(words(text))
    return count >= PROSE_WORDS and (text.endswith(ENDED) or count >= 2 * PROSE_WORDS)


def blocks(text: str, heading: str = "") -> Iterator[Block]:
    """Give the blocks of a text that begins below `heading`. Wrapped lines are joined."""
    in_table = False
    for block, following in pairwise([*_join_lines(text.splitlines()), Block(text="")]):
        if _is_heading(block, following):
            heading = block.text.lstrip("# ")
            yield replace(block, kind="heading", heading=heading)
        elif not in_table and _is_header(block, following):
            yield replace(block, kind="header", heading=heading)
        else:
            yield replace(block, heading=heading)
        in_table = CELLS in block.text


def _join_lines(lines: Iterable[str]) -> Iterator[Block]:
    open_lines: list[str] = []
    for line in map(_clean, [*lines, ""]):
        if open_lines and not _goes_on(open_lines[-1], line):
            whole = " ".join(open_lines)
            yield Block(text=whole, kind="row" if _is_row(whole) else "text")
            open_lines = []
        if content := BULLET.sub("", line):
            open_lines.append(content)


def _clean(line: str) -> str:
    """Give a line as a reader sees it, and a table's row as its cells."""
    # A NUL or a soft hyphen of a PDF's text layer is no part of what a reader sees.
    plain = line.replace("\x00", "").replace("\xad", "").strip()
    if RULE.match(plain):
        return ""
    separator = "|" if plain.startswith("|") else "\t"
    cells = (" ".join(cell.split()) for cell in plain.split(separator))
    return CELLS.join(filter(None, cells))


def _goes_on(line: str, following: str) -> bool:
    if not following or BULLET.match(following) or _is_row(line) or _is_row(following):
        return False
    return following[0].islower() or len(line) >= FULL_LINE


def _is_row(line: str) -> bool:
    return CELLS in line or bool(LAID_OUT.search(line))


def _is_heading(block: Block, following: Block) -> bool:
    """Tell a heading by its looks, and by what it heads: prose or a table."""
    text = block.text.lstrip("# ")
    return (
        block.kind == "text"
        and 0 < len(words(text)) <= HEADING_WORDS
        and not text[0].islower()
        and not NOT_IN_HEADINGS.search(text)
        and (CELLS in following.text or _is_paragraph(following))
    )


def _is_header(block: Block, following: Block) -> bool:
    """Tell the first row of a table, if it names the columns and holds no numbers."""
    both = CELLS in block.text and CELLS in following.text
    return both and not any(character.isdigit() for character in block.text)


def _is_paragraph(block: Block) -> bool:
    return block.kind == "text" and block.text.endswith(ENDED) and is_prose(block.text)
