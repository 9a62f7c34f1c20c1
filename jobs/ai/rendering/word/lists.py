"""Word lists. Each has its own numbering instance, so that Word can continue and restart it."""

from typing import TYPE_CHECKING, Any

from jobs.ai.rendering.word.xml import element

if TYPE_CHECKING:
    from docx.document import Document

MAX_LEVEL = 8
"""WordprocessingML has nine levels, from 0 (17.9.6)."""
INDENT = 360
"""Indentation per level, in twentieths of a point."""
BULLETS = ("•", "◦", "▪")
NUMBER_FORMATS = ("decimal", "lowerLetter", "lowerRoman")
FIRST_ID = 900
"""Lowest id of the definitions added here. Those of the template are lower."""


class NumberedLists:
    """The numbered and bulleted lists of one document."""

    def __init__(self, document: "Document") -> None:
        self._numbering = document.part.numbering_part.element
        for index, ordered in enumerate((False, True)):
            self._numbering.insert(index, _definition(FIRST_ID + ordered, ordered=ordered))
        self._last_id = FIRST_ID

    def add(self, *, ordered: bool, level: int, start: int = 1) -> int:
        """Define a list and return the number that its items refer to."""
        self._last_id += 1
        override = element(
            "w:lvlOverride",
            element("w:startOverride", val=min(start, 32767)),
            ilvl=level,
        )
        definition = element("w:abstractNumId", val=FIRST_ID + ordered)
        parts = (definition, override) if ordered else (definition,)
        self._numbering.append(element("w:num", *parts, numId=self._last_id))
        return self._last_id


def make_item(paragraph: Any, number: int, level: int) -> None:
    """Make a paragraph an item of the list with this number."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number


def indent_of(level: int) -> int:
    """Return the indentation of the text of an item, in twentieths of a point."""
    return INDENT * (level + 1)


def _definition(id: int, *, ordered: bool) -> Any:
    levels = (_level(level, ordered=ordered) for level in range(MAX_LEVEL + 1))
    kind = element("w:multiLevelType", val="hybridMultilevel")
    return element("w:abstractNum", kind, *levels, abstractNumId=id)


def _level(level: int, *, ordered: bool) -> Any:
    text = f"%{level + 1}." if ordered else BULLETS[level % 3]
    return element(
        "w:lvl",
        element("w:start", val=1),
        element("w:numFmt", val=NUMBER_FORMATS[level % 3] if ordered else "bullet"),
        element("w:lvlText", val=text),
        element("w:lvlJc", val="left"),
        element("w:pPr", element("w:ind", left=indent_of(level), hanging=INDENT)),
        ilvl=level,
    )
