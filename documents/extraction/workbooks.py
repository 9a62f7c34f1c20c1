"""XLSX by openpyxl: each sheet is a page. Counted before the library walks through it."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, Any
from zipfile import ZipFile

from documents import archives
from documents.errors import TooManyCells, Unreadable
from documents.extraction.pages import MAX_CHARACTERS, NATIVE, Limits, Pages, PageText, page_text

MAX_CELLS = 1_000_000
"""Cells of a sheet that are looked at, empty ones included: one far cell makes a row of 16,384."""
MOST_CELLS = 5_000_000
"""Cells and rows of a workbook: as other programs write them, 100 MB hold no more."""
MOST_COLUMNS = 16_384
"""Cells of a row, as the format limits it: the library holds a row as a whole."""
CELL = re.compile(rb"<(?:\w+:)?(c|row)[\s/>]")
SHEET = re.compile(rb"<(?:\w+:)?sheet[\s/>]")
CHUNK = 1 << 20


@contextmanager
def opened(stream: IO[bytes], limits: Limits) -> Iterator[Pages]:
    """Open an XLSX. Raises `TooManyCells`, `TooManyPages`, `UnpacksTooLarge` or `Unreadable`."""
    import openpyxl

    with archives.opened(stream) as archive:
        # openpyxl looks through a whole sheet that does not say its size, once for each mention.
        limits.check_pages(sum(1 for _ in _found(archive, SHEET)), "sheets")
        _check_cells(_found(archive, CELL))
    stream.seek(0)
    workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    with closing(workbook):
        if not workbook.worksheets:
            raise Unreadable("The workbook has no sheet with cells.")
        yield Pages(
            count=len(workbook.worksheets),
            read=lambda number: _read(workbook.worksheets[number - 1], number),
        )


def _check_cells(tags: Iterator[re.Match[bytes]]) -> None:
    across = 0
    for count, tag in enumerate(tags, start=1):
        across = across + 1 if tag[1] == b"c" else 0
        if count > MOST_CELLS or across > MOST_COLUMNS:
            raise TooManyCells(
                f"The workbook has more than {MOST_CELLS:,} cells, or {MOST_COLUMNS:,} in a row. "
                "Split it."
            )


def _found(archive: ZipFile, tag: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """Find a tag in all parts, whose names are the file's own; one cut by a chunk's end is lost."""
    for name in archive.namelist():
        with archive.open(name) as part:
            while chunk := part.read(CHUNK):
                yield from tag.finditer(chunk)


def _read(sheet: Any, number: int) -> PageText:
    sheet.reset_dimensions()  # what a file says of its size is not to be believed
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
