"""Rows of cells as tables in Markdown."""

from collections.abc import Sequence

from jobs.ai.extraction.tables import separated
from jobs.ai.rendering.markup import literal

MOST_ROWS = 5000
MOST_COLUMNS = 40
"""Of a table that is still read on pages."""
MOST_CELLS = 20_000
"""Of a table: setting it takes 300 MB."""


def csv_table(text: str) -> str:
    """Give the table of a CSV file."""
    return table([line.split("\t") for line in separated(text).splitlines() if line.strip()])


def sheet(text: str) -> str:
    """Give a sheet of a workbook: its name, which the text begins with, and its table."""
    name, *lines = text.splitlines() or [""]
    rows = table([line.split("\t") for line in lines if line.strip()])
    return f"## {literal(name.removesuffix(':'))}\n\n{rows}".rstrip()


def table(rows: Sequence[Sequence[str]]) -> str:
    """Give a table whose first row names its columns; nothing where there are no rows.

    What is too much for pages is left out, and a line below the table says so.
    """
    if not rows:
        return ""
    width = min(MOST_COLUMNS, max(len(row) for row in rows))
    most = min(MOST_ROWS, MOST_CELLS // width)
    shown = [_line([literal(cell) for cell in row[:width]], width) for row in rows[: most + 1]]
    shown.insert(1, _line(["---"] * width, width))
    left_out = [said for said in (_rows_left_out(rows, most), _columns_left_out(rows)) if said]
    return "\n".join(shown) + "".join(f"\n\n*{said}*" for said in left_out)


def _line(cells: list[str], width: int) -> str:
    return f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |"


def _rows_left_out(rows: Sequence[Sequence[str]], most: int) -> str:
    total = len(rows) - 1
    return f"The first {most:,} of {total:,} rows." if total > most else ""


def _columns_left_out(rows: Sequence[Sequence[str]]) -> str:
    total = max(len(row) for row in rows)
    return f"The first {MOST_COLUMNS} of {total:,} columns." if total > MOST_COLUMNS else ""
