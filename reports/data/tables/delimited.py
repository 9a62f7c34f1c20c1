"""Tables in text files with commas, semicolons, tabs or bars as delimiters."""

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
"""Used to detect the delimiter."""
SAMPLE_ROWS = 40
MAX_FIELD_CHARACTERS = 4_000_000
"""A longer field comes from an unclosed quotation mark."""


@contextmanager
def open_delimited(stream: IO[bytes]) -> Iterator[tuple[Iterator[list[str]], bool]]:
    """Yield the rows of a text file, and whether decimal commas are likely (semicolon delimiter).

    Raises `NoTable`, also while iterating, if the rows cannot be read.
    """
    encoding = encodings.detect(stream)
    if encoding is None:
        raise NoTable("The encoding of the table is unknown. Save it as UTF-8 and upload it again.")
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    try:
        sample = text.read(SAMPLE_CHARACTERS)
        text.seek(0)
        delimiter = _delimiter(sample)
        yield _rows(text, delimiter), delimiter == ";"
    finally:
        text.detach()  # the caller closes the stream


def _rows(text: io.TextIOBase, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise NoTable(
            f"Line {reader.line_num:,} of the table cannot be read ({error}). "
            "Look for an unclosed quotation mark."
        ) from error


def _delimiter(sample: str) -> str:
    """Choose the delimiter that splits most rows into the same number of cells, preferably many."""
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
