"""Tables in workbooks: one sheet of an XLSX file, read row by row."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import IO, Any
from zipfile import BadZipFile

from reports.data.tables.grids import WIDEST, NoTable

DAMAGE = (
    *(BadZipFile, SyntaxError, ValueError, TypeError),
    *(KeyError, IndexError, AttributeError, EOFError),
)
"""The many errors by which openpyxl says that a file is not as it should be; those of XML parsers
are syntax errors."""
MOST_NAMED = 20
"""Sheets that a message names."""


@contextmanager
def opened(stream: IO[bytes], sheet: str) -> Iterator[tuple[Iterator[list[str]], str]]:
    """Give the rows of a sheet, formulas by their last values, and the sheet's name.

    Without a name it is the first sheet. Raises `NoTable`, also from the rows.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except DAMAGE as error:
        raise NoTable("The workbook is damaged. Save it again as XLSX and upload it.") from error
    try:
        found = _sheet(book.worksheets, sheet)
        found.reset_dimensions()  # what a file says of its size is not to be relied on
        yield _rows(found), str(found.title)
    finally:
        book.close()


def _sheet(sheets: Iterable[Any], name: str) -> Any:
    known = list(sheets)
    if not known:
        raise NoTable("The workbook has no sheet with cells.")
    if not name:
        return known[0]
    for sheet in known:
        if sheet.title.casefold() == name.casefold():
            return sheet
    titles = ", ".join(repr(sheet.title) for sheet in known[:MOST_NAMED])
    raise NoTable(f"The workbook has no sheet {name!r}. Its sheets: {titles}.")


def _rows(sheet: Any) -> Iterator[list[str]]:
    try:
        for row in sheet.iter_rows(max_col=WIDEST, values_only=True):
            yield [text(value) for value in row]
    except DAMAGE as error:
        raise NoTable("The sheet is damaged. Save it again as XLSX and upload it.") from error


def text(value: Any) -> str:
    """Write a typed value in the one way in which it is read as the same again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != time.min else f"{value:%Y-%m-%d}"
    return value.isoformat() if isinstance(value, date) else str(value)
