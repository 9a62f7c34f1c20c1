"""Reads the table of a job."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from jobs.ai.sources import OpenFile, open_file
from reports.data.tables import delimited, workbooks
from reports.data.tables.columns import DataTable
from reports.data.tables.grids import Grid, NoTable, OnRows, Row, gather
from reports.data.tables.inference import infer_columns

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXTS = frozenset({"text/csv", "text/plain", "text/markdown"})
INPUT_ROWS_NAME = "the rows given"


def read_document(
    organization_id: uuid.UUID, document: uuid.UUID, sheet: str, on_rows: OnRows
) -> DataTable:
    """Read a tenant's CSV file or a sheet of a workbook (the first one if `sheet` is empty).

    Raises an `InvalidInput` if the document is gone or has no table.
    """
    with open_file(organization_id, document) as file, _rows(file, sheet) as (rows, name, comma):
        return table(name, gather(rows, on_rows), comma=comma)


def read_rows(rows: Sequence[Mapping[str, Any]], on_rows: OnRows) -> DataTable:
    """Read rows given as objects; the columns are the keys that occur, in order."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = ([workbooks.text(row.get(name)) for name in names] for row in rows)
    return table(INPUT_ROWS_NAME, gather(cells, on_rows, header=names), comma=False)


def table(name: str, grid: Grid, *, comma: bool) -> DataTable:
    """Type the columns of a grid; `comma` means that a decimal comma is likely."""
    columns = infer_columns(grid.names, grid.columns, comma=comma)
    notes = (*grid.notes, *(note for column in columns for note in column.notes))
    return DataTable(name=name, columns=tuple(columns), rows=grid.rows, notes=notes)


@contextmanager
def _rows(file: OpenFile, sheet: str) -> Iterator[tuple[Iterable[Row], str, bool]]:
    if file.media_type == XLSX:
        with workbooks.open_sheet(file.stream, sheet) as (rows, title):
            yield rows, f"{file.name}, sheet {title}", False
    elif file.media_type in TEXTS:
        with delimited.open_delimited(file.stream) as (rows, comma):
            yield rows, file.name, comma
    else:
        raise NoTable(f"{file.name} is not a table ({file.media_type}). Use a CSV or XLSX file.")
