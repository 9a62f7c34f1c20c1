"""Open XLSX files with openpyxl, after counting their cells. Use it in a sandbox process only."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, Any
from zipfile import ZipFile

from jobs.errors import InvalidInput

MAX_CELLS = 5_000_000
"""Cells and rows of a workbook; a file of 100 MB written by common programs has no more."""
MAX_COLUMNS = 16_384
"""Cells of a row, the limit of the format. openpyxl holds a whole row in memory."""
CELL = re.compile(rb"<(?:\w+:)?(c|row)[\s/>]")
SHEET = re.compile(rb"<(?:\w+:)?sheet[\s/>]")
CHUNK_BYTES = 1 << 20


class TooManyWorkbookCells(InvalidInput):
    """A workbook has more than `MAX_CELLS` cells, or more than `MAX_COLUMNS` in a row."""

    code = "too_many_cells"


class TooManySheets(InvalidInput):
    """A workbook has more sheets than a document may have pages."""

    code = "too_many_pages"


LIMIT_ERRORS = (TooManyWorkbookCells, TooManySheets)


@contextmanager
def open_workbook(stream: IO[bytes], max_sheets: int) -> Iterator[Any]:
    """Open an XLSX for reading and yield openpyxl's workbook, with the last values of formulas.

    Raises one of `LIMIT_ERRORS`, or what openpyxl raises over a damaged file.
    """
    import openpyxl

    with ZipFile(stream) as archive:
        # openpyxl scans a whole sheet without a declared size, once per reference to the sheet
        _check_sheets(sum(1 for _ in _find_tags(archive, SHEET)), max_sheets)
        _check_cells(_find_tags(archive, CELL))
    stream.seek(0)
    workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    with closing(workbook):
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # the size that a file declares may be wrong
        yield workbook


def _check_sheets(count: int, max_sheets: int) -> None:
    if count > max_sheets:
        raise TooManySheets(
            f"The file has {count:,} sheets; at most {max_sheets:,} are read. Split it."
        )


def _check_cells(tags: Iterator[re.Match[bytes]]) -> None:
    columns = 0
    for count, tag in enumerate(tags, start=1):
        columns = columns + 1 if tag[1] == b"c" else 0
        if count > MAX_CELLS or columns > MAX_COLUMNS:
            raise TooManyWorkbookCells(
                f"The workbook has more than {MAX_CELLS:,} cells, or {MAX_COLUMNS:,} in a row. "
                "Split it."
            )


def _find_tags(archive: ZipFile, tag: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """Find a tag in all parts of the file. A tag across the border of two chunks is missed."""
    for name in archive.namelist():
        with archive.open(name) as part:
            while chunk := part.read(CHUNK_BYTES):
                yield from tag.finditer(chunk)
