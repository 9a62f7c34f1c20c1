"""Converts plain text to Markdown that renders it unchanged."""

import re

from documents.export.tabular import table
from jobs.ai.extraction.blocks import CELLS, Block, blocks
from jobs.ai.rendering.markup import literal

BREAK = "\\\n"
"""Line break within a paragraph."""


def lines(text: str) -> str:
    """Keep the line breaks of a text; empty lines separate paragraphs."""
    return "\n\n".join(
        BREAK.join(filter(None, map(literal, paragraph.splitlines())))
        for paragraph in re.split(r"\n\s*\n", text)
        if paragraph.strip()
    )


def paragraphs(text: str) -> str:
    """Join the lines of a page into paragraphs, headings and tables."""
    made: list[str] = []
    rows: list[list[str]] = []
    for block in [*blocks(text), Block(text="")]:
        if CELLS in block.text:
            rows.append(block.text.split(CELLS))
            continue
        if rows:
            made.append(table(rows))
            rows = []
        if block.text:
            made.append(f"### {literal(block.text)}" if _is_heading(block) else literal(block.text))
    return "\n\n".join(made)


def _is_heading(block: Block) -> bool:
    return block.kind == "heading"
