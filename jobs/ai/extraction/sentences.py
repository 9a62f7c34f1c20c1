"""Splits sources into sentences, each with its position."""

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


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of a source. Its text is verbatim, except for white space."""

    text: str
    source: Source
    page: int | None
    place: int
    """Index among all sentences of the sources."""
    kind: Kind = "text"
    heading: str = ""
    """The heading above it, or empty."""
    language: str = ENGLISH
    """ISO 639-1 code of the language whose stemmer is used."""

    @cached_property
    def terms(self) -> frozenset[str]:
        """Stems of the words that carry meaning."""
        return frozenset(terms(self.text, self.language))

    @cached_property
    def context(self) -> frozenset[str]:
        """Stems of the words of its heading that carry meaning."""
        return frozenset(terms(self.heading, self.language))

    @cached_property
    def is_prose(self) -> bool:
        """Whether it reads like a sentence, unlike a heading or a table row."""
        return self.kind == "text" and is_prose(self.text)

    @property
    def quote(self) -> str:
        """The sentence, cut at a word if it has more than `MAX_QUOTE_CHARACTERS`."""
        if len(self.text) <= MAX_QUOTE_CHARACTERS:
            return self.text
        return self.text[:MAX_QUOTE_CHARACTERS].rsplit(" ", 1)[0] + " …"


def sentences(sources: Iterable[Source], language: str = ENGLISH) -> list[Sentence]:
    """Return every sentence of the sources, in order. All sources are in `language`."""
    found = (sentence for source in sources for sentence in _sentences_of(source))
    return [
        replace(sentence, place=place, language=language) for place, sentence in enumerate(found)
    ]


def _sentences_of(source: Source) -> Iterator[Sentence]:
    heading = ""
    for page, content in source.numbered_pages:
        text = to_tab_separated(content) if source.kind == "csv" else content
        for block in blocks(text, heading):
            heading = block.heading
            for part in _split_block(block):
                yield Sentence(
                    text=part,
                    source=source,
                    page=page,
                    place=0,
                    kind=block.kind,
                    heading=heading,
                )


def split_sentences(text: str) -> Iterator[str]:
    """Split a text into sentences. Wrapped lines are joined; headings and rows stay separate."""
    for block in blocks(text):
        yield from _split_block(block)


def _split_block(block: Block) -> Iterator[str]:
    sentence = ""
    for part in END.split(block.text) if block.kind == "text" else [block.text]:
        sentence = f"{sentence} {part}".strip()
        if not ABBREVIATION.search(sentence):
            yield sentence
            sentence = ""
    if sentence:
        yield sentence
