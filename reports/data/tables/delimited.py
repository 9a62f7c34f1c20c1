"""Tables in text files: cells between commas, semicolons, tabs or bars."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO

from jobs.ai.text import encodings
from reports.data.tables.grids import NoTable

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_CHARACTERS = 65_536
"""Characters from which the delimiter is guessed."""
SAMPLE_ROWS = 40
MAX_FIELD_CHARACTERS = 4_000_000
"""Characters between two delimiters; more is a quotation mark that was left open."""


@contextmanager
def open_delimited(stream: IO[bytes]) -> Iterator[tuple[Iterator[list[str]], bool]]:
    """Give the rows of a text file, and whether semicolons part them: decimal commas are likely.

    Raises `NoTable`, also from the rows, where they cannot be read.
    """
    encoding = encodings.detect(stream)
    if encoding is None:
        raise NoTable("The table is in no known encoding. Save it as UTF-8 and upload it again.")
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    try:
        sample = text.read(SAMPLE_CHARACTERS)
        text.seek(0)
        delimiter = _delimiter(sample)
        yield _rows(text, delimiter), delimiter == ";"
    finally:
        text.detach()  # the stream is the caller's to close


def _rows(text: io.TextIOBase, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise NoTable(
            f"Line {reader.line_num:,} of the table cannot be read ({error}). "
            "Look for a quotation mark that is not closed."
        ) from error


def _delimiter(sample: str) -> str:
    """Choose what parts most rows into the same number of cells, the more the better."""
    lines = sample.splitlines(keepends=True)
    whole = lines[:-1] if len(sample) == SAMPLE_CHARACTERS and len(lines) > 1 else lines
    return max(DELIMITERS, key=lambda delimiter: _fit(whole, delimiter))


def _fit(lines: list[str], delimiter: str) -> tuple[int, int]:
    try:
        rows = list(islice(csv.reader(lines, delimiter=delimiter), SAMPLE_ROWS))
    except csv.Error:
        return 0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0, 0
    [(width, often)] = widths.most_common(1)
    return often, width
