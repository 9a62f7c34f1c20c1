"""XLSX: each sheet is a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from documents import archives
from documents.errors import UnreadableDocument
from documents.extraction.pages import (
    MAX_PAGE_CHARACTERS,
    NATIVE,
    DocumentPages,
    ExtractionLimits,
    PageText,
    page_text,
)
from jobs.ai.text import workbooks

MAX_CELLS = 1_000_000
"""Cells of a sheet that are read, including empty ones: one far cell makes a row of 16,384."""


@contextmanager
def open_pages(stream: IO[bytes], limits: ExtractionLimits) -> Iterator[DocumentPages]:
    """Open an XLSX.

    Raises `UnpacksTooLarge`, `UnreadableDocument`, and the errors of `jobs.ai.text.workbooks`.
    """
    archives.open_archive(stream).close()
    with workbooks.open_workbook(stream, limits.pages) as workbook:
        if not workbook.worksheets:
            raise UnreadableDocument("The workbook has no sheet with cells.")
        yield DocumentPages(
            count=len(workbook.worksheets),
            read=lambda number: _read(workbook.worksheets[number - 1], number),
        )


def _read(sheet: Any, number: int) -> PageText:
    lines, length, cells, truncated = [f"{sheet.title}:"], 0, 0, False
    for row in sheet.iter_rows(values_only=True):
        line = "\t".join("" if value is None else str(value) for value in row).rstrip()
        cells += max(1, len(row))
        length += len(line)
        if length > MAX_PAGE_CHARACTERS or cells > MAX_CELLS:
            truncated = True
            break
        if line:
            lines.append(line)
    return page_text(number, "\n".join(lines), NATIVE, truncated=truncated)
