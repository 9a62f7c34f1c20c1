"""XLSX: each sheet is a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from documents import archives
from documents.errors import Unreadable
from documents.extraction.pages import MAX_CHARACTERS, NATIVE, Limits, Pages, PageText, page_text
from jobs.ai.text import workbooks

MAX_CELLS = 1_000_000
"""Cells of a sheet that are looked at, empty ones included: one far cell makes a row of 16,384."""


@contextmanager
def opened(stream: IO[bytes], limits: Limits) -> Iterator[Pages]:
    """Open an XLSX. Raises `UnpacksTooLarge`, `Unreadable`, and the errors of `text.workbooks`."""
    archives.opened(stream).close()
    with workbooks.open_workbook(stream, limits.pages) as workbook:
        if not workbook.worksheets:
            raise Unreadable("The workbook has no sheet with cells.")
        yield Pages(
            count=len(workbook.worksheets),
            read=lambda number: _read(workbook.worksheets[number - 1], number),
        )


def _read(sheet: Any, number: int) -> PageText:
    lines, length, cells, truncated = [f"{sheet.title}:"], 0, 0, False
    for row in sheet.iter_rows(values_only=True):
        line = "\t".join("" if value is None else str(value) for value in row).rstrip()
        cells += max(1, len(row))
        length += len(line)
        if length > MAX_CHARACTERS or cells > MAX_CELLS:
            truncated = True
            break
        if line:
            lines.append(line)
    return page_text(number, "\n".join(lines), NATIVE, truncated=truncated)
