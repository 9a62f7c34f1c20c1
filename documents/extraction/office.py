"""Office files: DOCX by walking its XML, XLSX by openpyxl. Measured before they are unpacked."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, Any

from documents import archives
from documents.errors import Unreadable
from documents.extraction.pages import MAX_CHARACTERS, NATIVE, Limits, Pages, PageText, page_text

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""Repeats the text of its neighbour `Choice` for older programs."""
SIGNS = {
    f"{WORD}p": "\n",
    f"{WORD}br": "\n",
    f"{WORD}cr": "\n",
    f"{WORD}tab": "\t",
    f"{WORD}noBreakHyphen": "-",
}
MAX_CELLS = 1_000_000
"""Cells of a sheet that are looked at, empty ones included: one far cell makes a row of 16,384."""


@contextmanager
def opened_docx(stream: IO[bytes], limits: Limits) -> Iterator[Pages]:
    """Open a DOCX as one page: where its pages break is known only to a layout program."""
    with archives.opened(stream) as archive:
        yield Pages(count=1, read=lambda number: _read_docx(archive.open("word/document.xml")))


@contextmanager
def opened_xlsx(stream: IO[bytes], limits: Limits) -> Iterator[Pages]:
    """Open an XLSX; each sheet is a page."""
    import openpyxl

    archives.opened(stream).close()
    stream.seek(0)
    workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    with closing(workbook):
        if not workbook.worksheets:
            raise Unreadable("The workbook has no sheet with cells.")
        yield Pages(
            count=len(workbook.worksheets),
            read=lambda number: _read_sheet(workbook.worksheets[number - 1], number),
        )


def _read_docx(part: IO[bytes]) -> PageText:
    pieces, length = [], 0
    for piece in filter(None, _written(part)):
        pieces.append(piece)
        length += len(piece)
        if length > MAX_CHARACTERS:
            break
    lines = (line.rstrip() for line in "".join(pieces).splitlines())
    truncated = length > MAX_CHARACTERS
    return page_text(1, "\n".join(lines).strip(), NATIVE, truncated=truncated)


def _written(part: IO[bytes]) -> Iterator[str]:
    """Give the text of `w:t` wherever it stands: in paragraphs, tables, forms and text boxes.

    Library walks over a document's paragraphs miss content controls and repeat merged cells.
    """
    cells = repeated = 0
    for tag, text, started in _walked(part):
        if tag == FALLBACK:
            repeated += 1 if started else -1
        elif tag == f"{WORD}tc":
            cells += 1 if started else -1
            yield "" if started else "\t"
        elif not started and not repeated:
            yield _sign(tag, text, in_cell=cells > 0)


def _walked(part: IO[bytes]) -> Iterator[tuple[str, str | None, bool]]:
    """Give each element as it starts (True) and ends (False), and keep none of them."""
    from defusedxml.ElementTree import iterparse

    around: list[Any] = []
    for event, element in iterparse(part, events=("start", "end")):
        yield element.tag, element.text, event == "start"
        if event == "start":
            around.append(element)
            continue
        around.pop()
        if around:
            around[-1].remove(element)


def _sign(tag: str, text: str | None, *, in_cell: bool) -> str:
    if tag == f"{WORD}t":
        return text or ""
    if tag == f"{WORD}tr":
        return "\n"
    sign = SIGNS.get(tag, "")
    return " " if in_cell and sign == "\n" else sign


def _read_sheet(sheet: Any, number: int) -> PageText:
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
