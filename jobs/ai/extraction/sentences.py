"""Sentences of sources, each with its place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from jobs.ai.extraction.words import terms, words
from jobs.ai.sources import Source

END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-ZÀ-ÖØ-ÞΑ-ΩА-Я0-9])")
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|approx|no|nos|nr|fig|figs|p|pp|par|sec|art|cl|ref|rev|est|max|min"
    r"|mr|mrs|ms|dr|prof|st|inc|ltd|co|corp|dept|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
    r"|\b[A-Z]|^\W*\d{1,2})\.$",
    re.IGNORECASE,
)
BULLET = re.compile(r"^\s*(?:[-*•‣▪–]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+")
RULE = re.compile(r"^[|\s:+-]+$")
"""The line below a table's header, in Markdown."""
CELLS = " · "
"""Between the cells of a table's row."""
ENDED = (".", "!", "?", ":", ";", "…")
FULL_LINE = 60
"""Characters from which on a line is taken to go on in the next one."""
PROSE_WORDS = 6
LONGEST_QUOTE = 420
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence, word for word but for white space."""

    text: str
    source: Source
    page: int | None
    place: int
    """Its number within all the sentences that were read."""

    @cached_property
    def terms(self) -> frozenset[str]:
        """Stems of its words."""
        return frozenset(terms(self.text))

    @cached_property
    def is_prose(self) -> bool:
        """Whether it reads as a sentence, and not as a heading or a row of a table."""
        if CELLS in self.text:
            return False
        count = len(words(self.text))
        return count >= PROSE_WORDS and (self.text.endswith(ENDED) or count >= 2 * PROSE_WORDS)

    @property
    def quote(self) -> str:
        """The sentence, cut at a word where it is too long to be quoted whole."""
        if len(self.text) <= LONGEST_QUOTE:
            return self.text
        return self.text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def sentences(sources: Iterable[Source]) -> list[Sentence]:
    """Give every sentence of the sources, in order."""
    found = (
        (text, source, page)
        for source in sources
        for page, content in source.numbered_pages
        for text in split(content)
    )
    return [
        Sentence(text=text, source=source, page=page, place=place)
        for place, (text, source, page) in enumerate(found)
    ]


def split(text: str) -> Iterator[str]:
    """Split a text into sentences; wrapped lines are joined, headings stand alone."""
    for block in _blocks(text):
        begun = ""
        for part in END.split(block):
            begun = f"{begun} {part}".strip()
            if not ABBREVIATION.search(begun):
                yield begun
                begun = ""
        if begun:
            yield begun


def _blocks(text: str) -> Iterator[str]:
    """Give runs of lines that belong together, each as one line."""
    open_lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        # A NUL or a soft hyphen of a PDF's text layer is no part of what a reader sees.
        clean = _row(" ".join(line.replace("\x00", "").replace("\xad", "").split()))
        if open_lines and not _goes_on(open_lines[-1], clean):
            yield " ".join(open_lines)
            open_lines = []
        if content := BULLET.sub("", clean):
            open_lines.append(content)


def _row(line: str) -> str:
    """Give a row of a Markdown table as its cells; any other line as it is."""
    if not line.startswith("|") or RULE.match(line):
        return "" if RULE.match(line) else line
    return CELLS.join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())


def _goes_on(line: str, following: str) -> bool:
    if not following or BULLET.match(following) or CELLS in line or CELLS in following:
        return False
    if following[0].islower():
        return True
    return len(line) >= FULL_LINE
