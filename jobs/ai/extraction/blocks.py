"""Splits a text into blocks: paragraphs, headings and rows of tables."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from jobs.ai.extraction.words import words

Kind = Literal["text", "row", "header", "heading"]

BULLET = re.compile(r"^\s*(?:[-*•‣▪–]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+")
RULE = re.compile(r"^[|\s:+-]+$")
"""The line below the header of a Markdown table."""
CELLS = " · "
"""Separator between the cells of a table row."""
NUMBERS_AT_END = re.compile(r"\s\S{0,2}\d[\d.,]*%?\s+\S{0,2}\d[\d.,]*%?$")
"""Two numbers at the end of a line: a table row in the text of a PDF, which does not mark rows."""
SENTENCE_ENDS = (".", "!", "?", ":", ";", "…")
MIN_WRAPPED_CHARACTERS = 60
"""A line of at least this length may continue in the next line."""
MIN_PROSE_WORDS = 6
MAX_HEADING_WORDS = 10
NOT_IN_HEADINGS = re.compile(r"\d{2}|[^\W\d]\d|\d[^\W\d]|[$€£¥%:@·]|[.,;!]$")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph, heading or table row, on one line."""

    text: str
    kind: Kind = "text"
    heading: str = ""
    """The heading above the block; for a heading, its own text."""


def is_prose(text: str) -> bool:
    """Whether a text reads like a sentence, unlike a heading or a form field."""
    count = len(words(text))
    return count >= MIN_PROSE_WORDS and (
        text.endswith(SENTENCE_ENDS) or count >= 2 * MIN_PROSE_WORDS
    )


def blocks(text: str, heading: str = "") -> Iterator[Block]:
    """Yield the blocks of a text that begins below `heading`. Wrapped lines are joined."""
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
        if open_lines and not _continues(open_lines[-1], line):
            joined = " ".join(open_lines)
            yield Block(text=joined, kind="row" if _is_row(joined) else "text")
            open_lines = []
        if content := BULLET.sub("", line):
            open_lines.append(content)


def _clean(line: str) -> str:
    """Return the visible text of a line, with `CELLS` between the cells of a table row."""
    # NULs and soft hyphens in the text layer of a PDF are invisible
    plain = line.replace("\x00", "").replace("\xad", "").strip()
    if RULE.match(plain):
        return ""
    separator = "|" if plain.startswith("|") else "\t"
    cells = (" ".join(cell.split()) for cell in plain.split(separator))
    return CELLS.join(filter(None, cells))


def _continues(line: str, following: str) -> bool:
    if not following or BULLET.match(following) or _is_row(line) or _is_row(following):
        return False
    return following[0].islower() or len(line) >= MIN_WRAPPED_CHARACTERS


def _is_row(line: str) -> bool:
    return CELLS in line or bool(NUMBERS_AT_END.search(line))


def _is_heading(block: Block, following: Block) -> bool:
    """Whether a block is short like a heading and prose or a table follows it."""
    text = block.text.lstrip("# ")
    return (
        block.kind == "text"
        and 0 < len(words(text)) <= MAX_HEADING_WORDS
        and not text[0].islower()
        and not NOT_IN_HEADINGS.search(text)
        and (CELLS in following.text or _is_paragraph(following))
    )


def _is_header(block: Block, following: Block) -> bool:
    """Whether a block is a first row that names the columns: it contains no digits."""
    both_rows = CELLS in block.text and CELLS in following.text
    return both_rows and not any(character.isdigit() for character in block.text)


def _is_paragraph(block: Block) -> bool:
    return block.kind == "text" and block.text.endswith(SENTENCE_ENDS) and is_prose(block.text)
