"""Tables in workbooks: one sheet of an XLSX file, read row by row.

A sandboxed process reads it (see `jobs.ai.sandbox`): the library turns a megabyte of styles into a
hundred in memory.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any

from django.conf import settings

from jobs.ai.sandbox import process, runtime
from jobs.ai.sandbox.errors import SandboxCrashed, SandboxError, SandboxTimedOut
from jobs.ai.sandbox.process import SandboxProcess
from jobs.ai.text import workbooks
from jobs.errors import InvalidInput
from reports.data.tables.grids import MAX_CELL_CHARACTERS, MAX_ROW_CELLS, NoTable

BATCH_ROWS = 500
"""Rows per reply."""
NEEDS_TOO_MUCH = (
    "The workbook needs more memory or time than one file may use. Save only the sheet, or a CSV."
)
MAX_NAMED_SHEETS = 20
"""Sheets listed in a message."""


@contextmanager
def open_sheet(stream: IO[bytes], sheet: str) -> Iterator[tuple[Iterator[list[str]], str]]:
    """Yield the rows of a sheet, formulas as their last values, and the name of the sheet.

    Without a name it is the first sheet. Raises `NoTable`, also while iterating, or one of
    `jobs.ai.text.workbooks.LIMIT_ERRORS`.
    """
    memory = settings.DOCUMENT_READER_MEMORY
    try:
        with process.start_process(
            "reports.data.tables.workbooks", stream, memory_bytes=memory
        ) as reader:
            name = reader.request({"sheet": sheet, "most_sheets": settings.DOCUMENT_MAX_PAGES})
            yield _read_rows(reader), name
    except (SandboxCrashed, SandboxTimedOut) as ended:
        raise NoTable(NEEDS_TOO_MUCH) from ended
    except SandboxError as failed:
        kinds = {kind.code: kind for kind in workbooks.LIMIT_ERRORS}
        raise kinds.get(failed.code, NoTable)(failed.message) from failed


def _read_rows(reader: SandboxProcess) -> Iterator[list[str]]:
    while rows := reader.request(BATCH_ROWS):
        yield from rows


def _serve_rows(files: list[IO[bytes]], orders: Iterator[Any]) -> Iterator[Any]:
    """Reply to the first request with the name of the sheet, to each later one with rows."""
    request = next(orders)
    with workbooks.open_workbook(files[0], request["most_sheets"]) as book:
        found = _sheet(book.worksheets, request["sheet"])
        yield str(found.title)
        rows = found.iter_rows(max_col=MAX_ROW_CELLS, values_only=True)
        for count in orders:
            yield [
                [text(value)[:MAX_CELL_CHARACTERS] for value in row] for row in islice(rows, count)
            ]


def _sheet(sheets: Iterable[Any], name: str) -> Any:
    known = list(sheets)
    if not known:
        raise NoTable("The workbook has no sheet with cells.")
    if not name:
        return known[0]
    for sheet in known:
        if sheet.title.casefold() == name.casefold():
            return sheet
    titles = ", ".join(repr(sheet.title) for sheet in known[:MAX_NAMED_SHEETS])
    raise NoTable(f"The workbook has no sheet {name!r}. Its sheets: {titles}.")


def _from_exception(error: Exception) -> InvalidInput:
    """Convert the many exceptions that openpyxl raises on a damaged file."""
    if isinstance(error, InvalidInput):
        return error
    if isinstance(error, MemoryError):
        return NoTable(NEEDS_TOO_MUCH)
    return NoTable("The workbook is damaged. Save it again as XLSX and upload it.")


def text(value: Any) -> str:
    """Format a cell value so that it parses back to the same value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else _decimals(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != time.min else f"{value:%Y-%m-%d}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _decimals(value: float) -> str:
    """Format a number; one like 1.234 gets a further digit, which thousands do not have."""
    text = repr(value)
    _, _, decimals = text.partition(".")
    return f"{text}0" if len(decimals) == 3 and decimals.isdecimal() else text


if __name__ == "__main__":
    runtime.serve(_serve_rows, _from_exception)
