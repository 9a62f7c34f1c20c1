"""XLSX by openpyxl, counted before the library walks through it. In a process of its own only."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, Any
from zipfile import ZipFile

from jobs.errors import InvalidInput

MOST_CELLS = 5_000_000
"""Cells and rows of a workbook: as other programs write them, 100 MB hold no more."""
MOST_COLUMNS = 16_384
"""Cells of a row, as the format limits it: the library holds a row as a whole."""
CELL = re.compile(rb"<(?:\w+:)?(c|row)[\s/>]")
SHEET = re.compile(rb"<(?:\w+:)?sheet[\s/>]")
CHUNK = 1 << 20


class TooManyCells(InvalidInput):
    """A workbook of more cells than any that is read."""

    code = "too_many_cells"


class TooManySheets(InvalidInput):
    """A workbook of more sheets than are read; a sheet is a page."""

    code = "too_many_pages"


REFUSALS = (TooManyCells, TooManySheets)


@contextmanager
def opened(stream: IO[bytes], most_sheets: int) -> Iterator[Any]:
    """Open an XLSX for reading, formulas by their last values; give openpyxl's workbook.

    Raises one of `REFUSALS`, or whatever the library raises over a damaged file.
    """
    import openpyxl

    with ZipFile(stream) as archive:
        # openpyxl looks through a whole sheet that does not say its size, once for each mention.
        _check_sheets(sum(1 for _ in _found(archive, SHEET)), most_sheets)
        _check_cells(_found(archive, CELL))
    stream.seek(0)
    workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    with closing(workbook):
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # what a file says of its size is not to be believed
        yield workbook


def _check_sheets(count: int, most: int) -> None:
    if count > most:
        raise TooManySheets(f"The file has {count:,} sheets; {most:,} are read at most. Split it.")


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
