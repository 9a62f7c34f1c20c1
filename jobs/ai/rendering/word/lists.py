"""Real lists: each has a number of its own, so that Word continues and restarts them."""

from typing import TYPE_CHECKING, Any

from jobs.ai.rendering.word.xml import element

if TYPE_CHECKING:
    from docx.document import Document

DEEPEST = 8
"""The last of the nine levels that WordprocessingML has (17.9.6)."""
INDENT = 360
"""Twentieths of a point that each level stands in."""
BULLETS = ("•", "◦", "▪")
ORDERED = ("decimal", "lowerLetter", "lowerRoman")
FIRST_ID = 900
"""Of our definitions; those of the template are below."""


class NumberedLists:
    """The lists of one document."""

    def __init__(self, document: "Document") -> None:
        self._numbering = document.part.numbering_part.element
        for place, ordered in enumerate((False, True)):
            self._numbering.insert(place, _definition(FIRST_ID + ordered, ordered=ordered))
        self._last = FIRST_ID

    def begin(self, *, ordered: bool, level: int, start: int = 1) -> int:
        """Define a list that begins here, and give the number that its items carry."""
        self._last += 1
        override = element(
            "w:lvlOverride",
            element("w:startOverride", val=min(start, 32767)),
            ilvl=level,
        )
        definition = element("w:abstractNumId", val=FIRST_ID + ordered)
        parts = (definition, override) if ordered else (definition,)
        self._numbering.append(element("w:num", *parts, numId=self._last))
        return self._last


def item(paragraph: Any, number: int, level: int) -> None:
    """Make a paragraph an item of the list with this number."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number


def indent_of(level: int) -> int:
    """Give the indentation of what stands in an item of this level, in twentieths of a point."""
    return INDENT * (level + 1)


def _definition(id: int, *, ordered: bool) -> Any:
    levels = (_level(level, ordered=ordered) for level in range(DEEPEST + 1))
    kind = element("w:multiLevelType", val="hybridMultilevel")
    return element("w:abstractNum", kind, *levels, abstractNumId=id)


def _level(level: int, *, ordered: bool) -> Any:
    sign = f"%{level + 1}." if ordered else BULLETS[level % 3]
    return element(
        "w:lvl",
        element("w:start", val=1),
        element("w:numFmt", val=ORDERED[level % 3] if ordered else "bullet"),
        element("w:lvlText", val=sign),
        element("w:lvlJc", val="left"),
        element("w:pPr", element("w:ind", left=indent_of(level), hanging=INDENT)),
        ilvl=level,
    )
