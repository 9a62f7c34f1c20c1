"""DOCX: text by walking the XML as a stream; a document made of images is read by OCR."""

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from documents import archives
from documents.extraction import image
from documents.extraction.pages import (
    MAX_PAGE_CHARACTERS,
    NATIVE,
    DocumentPages,
    ExtractionLimits,
    PageText,
    page_text,
)

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""Repeats the text of the sibling `Choice` for older programs."""
PART = re.compile(r"word/(?:(header)\d*|(document)|(footnotes|endnotes)|(footer)\d*)\.xml")
"""Parts with text of the document; one group per position in reading order."""
TEXT, NOTES = 2, 3
"""Groups of the parts between header and footer."""
PICTURE = re.compile(
    r"word/media/[^/]*?([0-9]{0,9})\.(?:png|jpe?g|tiff?|bmp|gif|webp)", re.IGNORECASE
)
"""Programs number images in the order in which they were inserted."""
DAMAGE = (SyntaxError, ValueError, EOFError, NotImplementedError, BadZipFile, zlib.error)
"""Exceptions that the XML and ZIP readers raise on a damaged part."""
SIGNS = {
    f"{WORD}p": "\n",
    f"{WORD}br": "\n",
    f"{WORD}cr": "\n",
    f"{WORD}tab": "\t",
    f"{WORD}noBreakHyphen": "-",
}


@contextmanager
def open_pages(stream: IO[bytes], limits: ExtractionLimits) -> Iterator[DocumentPages]:
    """Open a DOCX as one page, since page breaks are known only to a layout program.

    If there is no text between header and footer, the file contains scans, and each image is a
    page. Raises `TooManyPages`, `UnpacksTooLarge` or `UnreadableDocument`.
    """
    with archives.open_archive(stream) as archive:
        written, has_text = _read(archive)
        scans = [] if has_text else _pictures(archive)
        limits.check_pages(len(scans), "pictures")
        first = [written] if written.text or not scans else []

        def read_page(number: int) -> PageText:
            if number <= len(first):
                return written
            picture = io.BytesIO(archive.read(scans[number - 1 - len(first)]))
            return replace(image.read(picture, 1, limits), number=number)

        yield DocumentPages(count=len(first) + len(scans), read=read_page)


def _read(archive: ZipFile) -> tuple[PageText, bool]:
    """Return the text of all parts, and whether there is any besides headers and footers."""
    texts: list[str] = []
    truncated = has_text = False
    found = filter(None, map(PART.fullmatch, sorted(set(archive.namelist()))))
    for name in sorted(found, key=lambda one: one.lastindex or 0):
        text, truncated = _part(archive, name)
        has_text = has_text or bool(text and name.lastindex in (TEXT, NOTES))
        if text not in texts:  # the headers of first, even and odd pages are often identical
            texts.append(text)
        if truncated or sum(map(len, texts)) > MAX_PAGE_CHARACTERS:
            break
    page = page_text(1, "\n".join(filter(None, texts)), NATIVE, truncated=truncated)
    return page, has_text


def _part(archive: ZipFile, name: re.Match[str]) -> tuple[str, bool]:
    try:
        with archive.open(name[0]) as part:
            return _text(part)
    except DAMAGE:
        if name.lastindex == TEXT:
            raise
        return "", False  # a damaged header or note does not fail the document


def _pictures(archive: ZipFile) -> list[str]:
    found = filter(None, map(PICTURE.fullmatch, set(archive.namelist())))
    return [one[0] for one in sorted(found, key=lambda one: (int(one[1] or 0), one[0]))]


def _text(part: IO[bytes]) -> tuple[str, bool]:
    """Return the text of a part, and whether it was truncated."""
    pieces, length = [], 0
    for piece in filter(None, _text_pieces(part)):
        pieces.append(piece)
        length += len(piece)
        if length > MAX_PAGE_CHARACTERS:
            break
    lines = (line.rstrip() for line in "".join(pieces).splitlines())
    return "\n".join(lines).strip(), length > MAX_PAGE_CHARACTERS


def _text_pieces(part: IO[bytes]) -> Iterator[str]:
    """Yield the text of `w:t` elements anywhere: in paragraphs, tables, forms and text boxes.

    Libraries that iterate over paragraphs miss content controls and repeat merged cells.
    """
    cells = repeated = 0
    for tag, text, started in _walk(part):
        if tag == FALLBACK:
            repeated += 1 if started else -1
        elif tag == f"{WORD}tc":
            cells += 1 if started else -1
            yield "" if started else "\t"
        elif not started and not repeated:
            yield _sign(tag, text, in_cell=cells > 0)


def _walk(part: IO[bytes]) -> Iterator[tuple[str, str | None, bool]]:
    """Yield each element at its start (True) and end (False), without building a tree."""
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
