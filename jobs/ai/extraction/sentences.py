"""Sentences of sources, each with its place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from jobs.ai.extraction.blocks import Block, Kind, blocks, is_prose
from jobs.ai.extraction.tables import to_tab_separated
from jobs.ai.extraction.words import ENGLISH, terms
from jobs.ai.sources import Source

END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-ZÀ-ÖØ-ÞΑ-ΩА-Я0-9])")
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|approx|no|nos|nr|fig|figs|p|pp|par|sec|art|cl|ref|rev|est|max|min"
    r"|mr|mrs|ms|dr|prof|st|inc|ltd|co|corp|dept|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
    r"|\b[A-Z]|^\W*\d{1,2})\.$",
    re.IGNORECASE,
)
MAX_QUOTE_CHARACTERS = 420
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence, word for word but for white space."""

    text: str
    source: Source
    page: int | None
    place: int
    """Its number within all the sentences that were read."""
    kind: Kind = "text"
    heading: str = ""
    """The heading that it stands below."""
    language: str = ENGLISH
    """ISO 639-1: whose endings are taken off its words."""

    @cached_property
    def terms(self) -> frozenset[str]:
        """Stems of its words."""
        return frozenset(terms(self.text, self.language))

    @cached_property
    def context(self) -> frozenset[str]:
        """Stems of the words of its heading."""
        return frozenset(terms(self.heading, self.language))

    @cached_property
    def is_prose(self) -> bool:
        """Whether it reads as a sentence, and not as a heading or a row of a table."""
        return self.kind == "text" and is_prose(self.text)

    @property
    def quote(self) -> str:
        """The sentence, cut at a word where it is too long to be quoted whole."""
        if len(self.text) <= MAX_QUOTE_CHARACTERS:
            return self.text
        return self.text[:MAX_QUOTE_CHARACTERS].rsplit(" ", 1)[0] + " …"


def sentences(sources: Iterable[Source], language: str = ENGLISH) -> list[Sentence]:
    """Give every sentence of the sources, in order. `language` is that of all of them."""
    read = (one for source in sources for one in _read(source))
    return [replace(one, place=place, language=language) for place, one in enumerate(read)]


def _read(source: Source) -> Iterator[Sentence]:
    heading = ""
    for page, content in source.numbered_pages:
        text = to_tab_separated(content) if source.kind == "csv" else content
        for block in blocks(text, heading):
            heading = block.heading
            for part in _parts(block):
                yield Sentence(
                    text=part,
                    source=source,
                    page=page,
                    place=0,
                    kind=block.kind,
                    heading=heading,
                )


def split_sentences(text: str) -> Iterator[str]:
    """Split a text into sentences; wrapped lines are joined, headings and rows stand alone."""
    for block in blocks(text):
        yield from _parts(block)


def _parts(block: Block) -> Iterator[str]:
    begun = ""
    for part in END.split(block.text) if block.kind == "text" else [block.text]:
        begun = f"{begun} {part}".strip()
        if not ABBREVIATION.search(begun):
            yield begun
            begun = ""
    if begun:
        yield begun
