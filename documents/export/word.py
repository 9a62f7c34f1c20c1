"""Converts the structure of a DOCX to Markdown: headings, lists, tables, paragraphs.

The elements are those of ECMA-376, part 1, chapter 17.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from documents import archives
from documents.export.tabular import table
from documents.extraction.office import FALLBACK, WORD
from jobs.ai.rendering.markup import literal

MAX_TEXT_PART_BYTES = 20_000_000
"""The main part is kept in memory as a whole; of a larger one only the plain text is exported."""
HEADING = re.compile(r"heading ([1-9])", re.I)
MAX_LEVEL = 6
HIDDEN_TAGS = {
    f"{WORD}del",
    f"{WORD}delText",
    f"{WORD}instrText",
    f"{WORD}pPr",
    f"{WORD}rPr",
    FALLBACK,
}
"""Deleted text, field instructions, properties, and duplicates for older programs."""
CHARACTERS = {f"{WORD}tab": " ", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "-"}
VALUE = f"{WORD}val"


def markdown(stream: IO[bytes]) -> str:
    """Return the Markdown of a DOCX; "" if it is too large to be parsed as a whole.

    Raises a `DocumentError` for a file that is damaged or unpacks to a disproportionate size.
    """
    with archives.open_archive(stream) as archive:
        if archive.getinfo("word/document.xml").file_size > MAX_TEXT_PART_BYTES:
            return ""
        body = _parse(archive, "word/document.xml")
        reader = _Reader(_styles(archive), _numbered_lists(archive))
    return "\n\n".join(filter(None, _join_lists(reader.blocks(body))))


def _join_lists(blocks: Iterator[str]) -> Iterator[str]:
    """Join the items of each list into one block."""
    items: list[str] = []
    for block in blocks:
        if LIST_ITEM.match(block):
            items.append(block)
            continue
        if items:
            yield "\n".join(items)
            items = []
        yield block
    yield "\n".join(items)


LIST_ITEM = re.compile(r" *(?:-|1\.) ")


class _Reader:
    """Walks the elements of a document."""

    def __init__(self, styles: dict[str, str], ordered: dict[tuple[str, str], bool]) -> None:
        self._styles = styles
        self._numbered_lists = ordered

    def blocks(self, parent: Any) -> Iterator[str]:
        """Yield the blocks below an element, at any depth."""
        for child in parent:
            if child.tag == f"{WORD}p":
                yield self._paragraph(child)
                yield from self._boxes(child)
            elif child.tag == f"{WORD}tbl":
                yield self._table(child)
            elif child.tag not in HIDDEN_TAGS:
                yield from self.blocks(child)

    def _boxes(self, paragraph: Any) -> Iterator[str]:
        """Yield the blocks of text boxes anchored in a paragraph."""
        for run in paragraph.iter(f"{WORD}r"):
            for drawn in run:
                if drawn.tag == FALLBACK:
                    continue
                for box in _nearest(drawn, f"{WORD}txbxContent"):
                    yield from self.blocks(box)

    def _paragraph(self, paragraph: Any) -> str:
        text = "\\\n".join(filter(None, map(literal, _text(paragraph).split("\n"))))
        if not text:
            return ""
        properties = paragraph.find(f"{WORD}pPr")
        style = self._styles.get(_value(properties, "pStyle"), "")
        if level := _heading_level(properties, style):
            return f"{'#' * min(MAX_LEVEL, level + 1)} {text.replace(chr(92) + chr(10), ' ')}"
        return self._item(properties, style, text)

    def _item(self, properties: Any, style: str, text: str) -> str:
        numbering = properties.find(f"{WORD}numPr") if properties is not None else None
        if numbering is None and not style.startswith(("list bullet", "list number")):
            return text
        level = _value(numbering, "ilvl") or "0"
        ordered = self._numbered_lists.get(
            (_value(numbering, "numId"), level), style.startswith("list number")
        )
        depth = int(level) if level.isdigit() else 0
        sign = "1." if ordered else "-"
        return f"{'    ' * min(depth, MAX_LEVEL)}{sign} {text.replace(chr(92) + chr(10), ' ')}"

    def _table(self, element: Any) -> str:
        rows = [
            [" ".join(_text(cell).split()) for cell in _nearest(row, f"{WORD}tc")]
            for row in _nearest(element, f"{WORD}tr")
        ]
        return table([row for row in rows if row])


def _nearest(parent: Any, tag: str) -> Iterator[Any]:
    """Yield the nearest descendants with a tag, not those nested within them."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in HIDDEN_TAGS:
            yield from _nearest(child, tag)


def _text(element: Any) -> str:
    return "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{WORD}t":
            yield child.text or ""
        elif child.tag in CHARACTERS:
            yield CHARACTERS[child.tag]
        elif child.tag not in HIDDEN_TAGS and child.tag != f"{WORD}txbxContent":
            yield from _pieces(child)
            if child.tag == f"{WORD}p":
                yield "\n"


def _heading_level(properties: Any, style: str) -> int:
    """Return the heading level, 1 for the title and the first level; 0 for other paragraphs."""
    if style == "title":
        return 1
    if found := HEADING.fullmatch(style):
        return int(found[1])
    outline = _value(properties, "outlineLvl")
    return int(outline) + 1 if outline.isdigit() and int(outline) < MAX_LEVEL else 0


def _value(parent: Any, name: str) -> str:
    found = parent.find(f"{WORD}{name}") if parent is not None else None
    return str(found.get(VALUE, "")) if found is not None else ""


def _styles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Map style ids to style names; ids depend on the language of the program."""
    root = _parse(archive, "word/styles.xml")
    return {
        str(style.get(f"{WORD}styleId", "")): _value(style, "name").casefold()
        for style in root.iter(f"{WORD}style")
    }


def _numbered_lists(archive: zipfile.ZipFile) -> dict[tuple[str, str], bool]:
    """Map each list and level to whether its items are numbered."""
    root = _parse(archive, "word/numbering.xml")
    kinds = {
        (definition.get(f"{WORD}abstractNumId"), level.get(f"{WORD}ilvl")): _value(level, "numFmt")
        for definition in root.iter(f"{WORD}abstractNum")
        for level in definition.iter(f"{WORD}lvl")
    }
    return {
        (str(number.get(f"{WORD}numId")), str(level)): kind not in ("bullet", "none", "")
        for number in root.iter(f"{WORD}num")
        for (definition, level), kind in kinds.items()
        if definition == _value(number, "abstractNumId")
    }


def _parse(archive: zipfile.ZipFile, part: str) -> Any:
    from defusedxml.ElementTree import fromstring

    if part not in archive.namelist():
        return fromstring("<none/>")
    return fromstring(archive.read(part))
