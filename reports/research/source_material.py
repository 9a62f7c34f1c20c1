"""What was read, with the marks by which it is cited, and quotations found again in it."""

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
"""Words: a shorter one stands in any text."""
CLAIMS_DROPPED = (
    "{count} of the model's statements {were} dropped: a source was cited that there is not, or a "
    "quotation that does not stand in it."
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
    """The sources of one piece of research, in the order of their marks."""

    consulted: Sequence[ConsultedSource]
    texts: Sequence[Source]
    """The text of each."""

    @property
    def is_readable(self) -> bool:
        """Whether there is any text in the sources."""
        return any(one.text.strip() for one in self.texts)

    @cached_property
    def by_mark(self) -> dict[str, tuple[ConsultedSource, Source]]:
        """Each source with its text."""
        pairs = zip(self.consulted, self.texts, strict=True)
        return {one.mark: (one, text) for one, text in pairs}

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences of all texts; the id of a sentence's source is its mark."""
        return sentences(self.texts)

    @cached_property
    def corpus(self) -> Corpus:
        """The sentences, to be ranked."""
        return Corpus(sentences=self.sentences)

    def of(self, sentence: Sentence) -> ConsultedSource:
        """Give the source that a sentence stands in."""
        return self.by_mark[sentence.source.id][0]

    def stated(self, sentence: Sentence, text: str = "") -> Statement:
        """Make a statement of a sentence: its own words, unless `text` says more."""
        return Statement(
            text=text or sentence.quote,
            quotation=sentence.quote,
            source=sentence.source.id,
            url=self.of(sentence).url,
            page=sentence.page,
        )

    def verified(self, claim: QuotedClaim) -> Statement | None:
        """Give a claim whose quotation stands in the source that it cites; else nothing."""
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

    def handed_over(self, question: str, budget: int) -> str:
        """Delimit what a language model may read: `budget` characters, what bears on it first."""
        share = budget // max(1, len(self.texts))
        given = [
            element(
                "source",
                self._excerpt(text, question, share),
                mark=one.mark,
                kind=one.kind,
                title=one.title,
            )
            for one, text in zip(self.consulted, self.texts, strict=True)
        ]
        return group("sources", given, empty="(none were found)")

    def _excerpt(self, text: Source, question: str, share: int) -> str:
        if len(text.text) <= share:
            return text.text
        mine = Corpus(sentences=[one for one in self.sentences if one.source.id == text.id])
        kept: list[Sentence] = []
        left = share
        for one in mine.relevant(question, limit=200):
            left -= len(one.text) + 1
            if left < 0:
                break
            kept.append(one)
        in_order = sorted(kept, key=lambda one: one.place)
        return "\n".join(one.text for one in in_order) or text.text[:share]


def dropped_note(count: int) -> list[str]:
    """Say that claims were dropped; nothing where none were."""
    return (
        [CLAIMS_DROPPED.format(count=count, were="was" if count == 1 else "were")] if count else []
    )


def number_sources(sources: Iterable[tuple[ConsultedSource, Source]]) -> SourceMaterial:
    """Give the sources their marks."""
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
