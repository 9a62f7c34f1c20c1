"""Converts rows of cells to Markdown tables."""

from collections.abc import Sequence

from jobs.ai.extraction.tables import to_tab_separated
from jobs.ai.rendering.markup import literal

MAX_ROWS = 5000
MAX_COLUMNS = 40
"""A wider table is not readable on a page."""
MAX_CELLS = 20_000
"""Of one table; typesetting that many takes 300 MB."""


def csv_table(text: str) -> str:
    """Return the table of a CSV file."""
    return table([line.split("\t") for line in to_tab_separated(text).splitlines() if line.strip()])


def sheet(text: str) -> str:
    """Return a worksheet as a heading (the first line of the text) and its table."""
    name, *lines = text.splitlines() or [""]
    rows = table([line.split("\t") for line in lines if line.strip()])
    return f"## {literal(name.removesuffix(':'))}\n\n{rows}".rstrip()


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table with the first row as its header; "" if there are no rows.

    Rows and columns beyond the limits are omitted, and a line below the table says so.
    """
    if not rows:
        return ""
    width = min(MAX_COLUMNS, max(len(row) for row in rows))
    most = min(MAX_ROWS, MAX_CELLS // width)
    shown = [_line([literal(cell) for cell in row[:width]], width) for row in rows[: most + 1]]
    shown.insert(1, _line(["---"] * width, width))
    notes = [note for note in (_rows_left_out(rows, most), _columns_left_out(rows)) if note]
    return "\n".join(shown) + "".join(f"\n\n*{note}*" for note in notes)


def _line(cells: list[str], width: int) -> str:
    return f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |"


def _rows_left_out(rows: Sequence[Sequence[str]], most: int) -> str:
    total = len(rows) - 1
    return f"The first {most:,} of {total:,} rows." if total > most else ""


def _columns_left_out(rows: Sequence[Sequence[str]]) -> str:
    total = max(len(row) for row in rows)
    return f"The first {MAX_COLUMNS} of {total:,} columns." if total > MAX_COLUMNS else ""
