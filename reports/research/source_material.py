"""Collected sources with their citation marks, and the verification of quotations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel, Field

from jobs.ai.extraction.ranking import Corpus
from jobs.ai.extraction.sentences import Sentence, sentences
from jobs.ai.extraction.words import words
from jobs.ai.llm.prompts import element, group
from jobs.ai.sources import Source
from jobs.ai.text.quotations import normalize
from reports.markup import Text
from reports.research.findings import ConsultedSource, Statement

MIN_QUOTATION_WORDS = 3
"""A shorter quotation occurs in any text."""
CLAIMS_DROPPED = (
    "{count} of the model's statements {were} dropped: they cite a source that does not exist, "
    "or a quotation that is not in it."
)


class QuotedClaim(BaseModel):
    """A statement as a language model makes it."""

    text: Text = Field(max_length=1500, description="What the source says, in a sentence.")
    source: str = Field(description="Mark of the source: S1.")
    quotation: Text = Field(
        max_length=3000, description="Copied from the source word for word: a sentence of it."
    )


@dataclass(frozen=True, kw_only=True)
class SourceMaterial:
    """The sources of a research job, in the order of their marks."""

    consulted: Sequence[ConsultedSource]
    texts: Sequence[Source]
    """Text of each source."""

    @property
    def is_readable(self) -> bool:
        """Whether any source has text."""
        return any(one.text.strip() for one in self.texts)

    @cached_property
    def by_mark(self) -> dict[str, tuple[ConsultedSource, Source]]:
        """Source and text by mark."""
        pairs = zip(self.consulted, self.texts, strict=True)
        return {one.mark: (one, text) for one, text in pairs}

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Sentences of all texts; the id of a sentence's source is its mark."""
        return sentences(self.texts)

    @cached_property
    def corpus(self) -> Corpus:
        """The sentences, for ranking."""
        return Corpus(sentences=self.sentences)

    def of(self, sentence: Sentence) -> ConsultedSource:
        """Return the source of a sentence."""
        return self.by_mark[sentence.source.id][0]

    def to_statement(self, sentence: Sentence, text: str = "") -> Statement:
        """Return a sentence as a statement; `text` replaces its own words."""
        return Statement(
            text=text or sentence.quote,
            quotation=sentence.quote,
            source=sentence.source.id,
            url=self.of(sentence).url,
            page=sentence.page,
        )

    def verify(self, claim: QuotedClaim) -> Statement | None:
        """Return a claim as a statement if its quotation is in the cited source, else None."""
        mark = claim.source.strip("[] ")
        if mark not in self.by_mark or len(words(claim.quotation)) < MIN_QUOTATION_WORDS:
            return None
        consulted, text = self.by_mark[mark]
        quoted = normalize(claim.quotation)
        for page, content in text.numbered_pages:
            if quoted in normalize(content):
                return Statement(
                    text=claim.text,
                    quotation=claim.quotation,
                    source=mark,
                    url=consulted.url,
                    page=page,
                )
        return None

    def prompt_element(self, question: str, budget: int) -> str:
        """Return the sources for a prompt: `budget` characters, the most relevant first."""
        share = budget // max(1, len(self.texts))
        elements = [
            element(
                "source",
                self._excerpt(text, question, share),
                mark=one.mark,
                kind=one.kind,
                title=one.title,
            )
            for one, text in zip(self.consulted, self.texts, strict=True)
        ]
        return group("sources", elements, empty="(none were found)")

    def _excerpt(self, text: Source, question: str, share: int) -> str:
        if len(text.text) <= share:
            return text.text
        own_corpus = Corpus(sentences=[one for one in self.sentences if one.source.id == text.id])
        kept: list[Sentence] = []
        left = share
        for one in own_corpus.relevant(question, limit=200):
            left -= len(one.text) + 1
            if left < 0:
                break
            kept.append(one)
        in_order = sorted(kept, key=lambda one: one.place)
        return "\n".join(one.text for one in in_order) or text.text[:share]


def note_dropped(count: int) -> list[str]:
    """Return a note about dropped claims; empty if there are none."""
    return (
        [CLAIMS_DROPPED.format(count=count, were="was" if count == 1 else "were")] if count else []
    )


def number_sources(sources: Iterable[tuple[ConsultedSource, Source]]) -> SourceMaterial:
    """Assign marks to the sources."""
    marked = [
        (one.model_copy(update={"mark": f"S{number}"}), text)
        for number, (one, text) in enumerate(sources, start=1)
    ]
    return SourceMaterial(
        consulted=[one for one, _ in marked],
        texts=[
            Source(id=one.mark, name=text.name, kind=text.kind, text=text.text, pages=text.pages)
            for one, text in marked
        ],
    )
