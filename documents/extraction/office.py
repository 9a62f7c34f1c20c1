"""DOCX by walking its XML, measured before it is unpacked; where it is made of pictures, by OCR."""

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
from documents.extraction.pages import MAX_CHARACTERS, NATIVE, Limits, Pages, PageText, page_text

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""Repeats the text of its neighbour `Choice` for older programs."""
PART = re.compile(r"word/(?:(header)\d*|(document)|(footnotes|endnotes)|(footer)\d*)\.xml")
"""What has text of the document, a group for each place in which it is read."""
TEXT, NOTES = 2, 3
"""The groups of what stands between header and footer."""
PICTURE = re.compile(
    r"word/media/[^/]*?([0-9]{0,9})\.(?:png|jpe?g|tiff?|bmp|gif|webp)", re.IGNORECASE
)
"""Programs number them as they came into the document."""
DAMAGE = (SyntaxError, ValueError, EOFError, NotImplementedError, BadZipFile, zlib.error)
"""What the readers of XML and ZIP raise of a part that is broken."""
SIGNS = {
    f"{WORD}p": "\n",
    f"{WORD}br": "\n",
    f"{WORD}cr": "\n",
    f"{WORD}tab": "\t",
    f"{WORD}noBreakHyphen": "-",
}


@contextmanager
def opened(stream: IO[bytes], limits: Limits) -> Iterator[Pages]:
    """Open a DOCX as one page: where its pages break is known only to a layout program.

    Without a word between header and footer each of its pictures is a page: somebody put scans into
    it. Raises `TooManyPages`, `UnpacksTooLarge` or `Unreadable`.
    """
    with archives.opened(stream) as archive:
        written, has_text = _read(archive)
        scans = [] if has_text else _pictures(archive)
        limits.check_pages(len(scans), "pictures")
        first = [written] if written.text or not scans else []

        def seen(number: int) -> PageText:
            if number <= len(first):
                return written
            picture = io.BytesIO(archive.read(scans[number - 1 - len(first)]))
            return replace(image.read(picture, 1, limits), number=number)

        yield Pages(count=len(first) + len(scans), read=seen)


def _read(archive: ZipFile) -> tuple[PageText, bool]:
    """Give what is written in all parts, and whether there is more than headers and footers."""
    texts: list[str] = []
    truncated = has_text = False
    found = filter(None, map(PART.fullmatch, sorted(set(archive.namelist()))))
    for name in sorted(found, key=lambda one: one.lastindex or 0):
        text, truncated = _part(archive, name)
        has_text = has_text or bool(text and name.lastindex in (TEXT, NOTES))
        if text not in texts:  # the first page, even and odd ones often have the same header
            texts.append(text)
        if truncated or sum(map(len, texts)) > MAX_CHARACTERS:
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
        return "", False  # a header or a note: the text is worth more


def _pictures(archive: ZipFile) -> list[str]:
    found = filter(None, map(PICTURE.fullmatch, set(archive.namelist())))
    return [one[0] for one in sorted(found, key=lambda one: (int(one[1] or 0), one[0]))]


def _text(part: IO[bytes]) -> tuple[str, bool]:
    """Give the text of a part, and whether it has more than is read."""
    pieces, length = [], 0
    for piece in filter(None, _written(part)):
        pieces.append(piece)
        length += len(piece)
        if length > MAX_CHARACTERS:
            break
    lines = (line.rstrip() for line in "".join(pieces).splitlines())
    return "\n".join(lines).strip(), length > MAX_CHARACTERS


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
