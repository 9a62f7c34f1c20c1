"""Collect the rows of a file into named columns, within limits."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from jobs.ai.extraction.tables import TOTAL_LABELS
from jobs.ai.values.amounts import read_amount
from jobs.ai.values.dates import read_date
from jobs.errors import InvalidInput
from reports.markup import clean

MAX_COLUMNS = 200
MAX_ROW_CELLS = MAX_COLUMNS + 1
"""Cells read from a row: one more than the limit shows that the row is longer."""
MAX_ROWS = 200_000
MAX_CELLS = 2_000_000
"""A table of this size takes about 200 MB of memory while it is read."""
MAX_CELL_CHARACTERS = 1_000
MAX_NAME_CHARACTERS = 100
PREVIEW_ROWS = 50
"""Rows from which the shape of a table is inferred."""
PROGRESS_INTERVAL_ROWS = 2_000
"""Rows between two calls of `on_rows`, which checks for cancellation."""

Row = Sequence[str]
OnRows = Callable[[int], None]
"""Called from time to time with the number of rows read so far."""


class NoTable(InvalidInput):
    """The input has no table."""

    code = "no_table"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Named columns of cells."""

    names: tuple[str, ...]
    columns: tuple[list[str], ...]
    """The cells of each column; empty ones are `""`."""
    rows: int
    notes: tuple[str, ...]


def gather(rows: Iterable[Row], on_rows: OnRows, header: Row = ()) -> Grid:
    """Collect cells by column. Without a `header`, it is found among the first rows.

    `rows` can be endless and of different lengths. Raises `NoTable` if there are none.
    """
    stream = (row for row in (_tidy(row) for row in rows) if any(row))
    preview = list(islice(stream, PREVIEW_ROWS))
    if not preview:
        raise NoTable("The table is empty. It needs a row of column names and one more row.")
    header, body, notes = (_tidy(header), preview, []) if header else _split(preview)
    width = max(len(header), *map(_width, body), 1)
    names = _names(header, min(width, MAX_COLUMNS))
    if width > MAX_COLUMNS:
        notes.append(f"Only the first {MAX_COLUMNS} columns were read; the table has more.")
    grid = _fill(names, chain(body, stream), on_rows)
    if not grid.rows:
        raise NoTable("The table has column names but no rows.")
    return Grid(names=grid.names, columns=grid.columns, rows=grid.rows, notes=(*notes, *grid.notes))


def _fill(names: tuple[str, ...], rows: Iterator[Row], on_rows: OnRows) -> Grid:
    width = len(names)
    columns: tuple[list[str], ...] = tuple([] for _ in names)
    most = min(MAX_ROWS, MAX_CELLS // width)
    known: dict[str, str] = {}
    left: Counter[str] = Counter()
    count = 0
    for row in rows:
        if row[0].casefold() in TOTAL_LABELS:
            left["total"] += 1
            continue
        if count == most:
            left["more"] = 1
            break
        left["wide"] += any(row[width:])
        for at, cells in enumerate(columns):
            cell = row[at] if at < len(row) else ""
            # Words come back often: kept once, a table takes a fraction of the memory.
            cells.append(known.setdefault(cell, cell) if len(known) < MAX_ROWS else cell)
            left["long"] += len(cell) == MAX_CELL_CHARACTERS
        count += 1
        if count % PROGRESS_INTERVAL_ROWS == 0:
            on_rows(count)
    return Grid(names=names, columns=columns, rows=count, notes=tuple(_told(left, most, width)))


def _told(left: Counter[str], most: int, width: int) -> Iterator[str]:
    if left["more"]:
        yield f"Only the first {most:,} rows were read; the table has more."
    if left["total"]:
        yield f"Rows that begin with a word such as “Total” were left out: {left['total']:,}."
    if left["long"]:
        yield f"Cells were cut after {MAX_CELL_CHARACTERS:,} characters: {left['long']:,}."
    if left["wide"] and width < MAX_COLUMNS:
        yield f"Cells beyond the last column were left out, in {left['wide']:,} rows."


def _split(rows: list[Row]) -> tuple[Row, list[Row], list[str]]:
    """Part title lines, header and body of the first rows; the header may be missing."""
    usual = Counter(map(_width, rows)).most_common(1)[0][0]
    begin = 0
    while usual > 1 and begin < len(rows) - 1 and sum(map(bool, rows[begin])) == 1:
        begin += 1
    notes = [f"Lines above the table were left out: {begin}."] if begin else []
    header, *body = rows[begin:]
    if any(_is_value(cell) for cell in header):
        notes.append("The first row has values, so the columns were named by their numbers.")
        return (), rows[begin:], notes
    return header[: _width(header)], body, notes


def _is_value(cell: str) -> bool:
    """Whether a cell of a first row is a value; a year may well be a column's name."""
    if cell.isdecimal() and len(cell) == 4:
        return False
    return read_amount(cell) is not None or read_date(cell) is not None


def _names(header: Row, width: int) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for place in range(width):
        given = header[place] if place < len(header) else ""
        name = " ".join(given.split())[:MAX_NAME_CHARACTERS] or f"column {place + 1}"
        unique, number = name, 2
        while unique in names:
            unique, number = f"{name} ({number})", number + 1
        names[unique] = None
    return tuple(names)


def _tidy(row: Row) -> Row:
    return [_clean(cell[:MAX_CELL_CHARACTERS].strip()) for cell in row[:MAX_ROW_CELLS]]


def _clean(cell: str) -> str:
    return cell if cell.isprintable() else clean(cell)


def _width(row: Row) -> int:
    return max((place for place, cell in enumerate(row, start=1) if cell), default=0)
