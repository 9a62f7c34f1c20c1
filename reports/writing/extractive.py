"""The writer without a language model: it quotes, counts and says what it did not find."""

from collections.abc import Sequence

from jobs.ai.extraction.phrases import key_phrases
from jobs.ai.extraction.sentences import Sentence
from reports.evidence import Citation, Evidence
from reports.markup import literal, table
from reports.orders import ReportOrder
from reports.planning import parts_of, title_of
from reports.writing.writer import OnText, Outline, Part, Section

QUOTES = 4
CENTRAL = 5
PHRASES = 8
NOTHING_FOUND = (
    "The sources say nothing about this in the words of the point, "
    "and nothing was made up to fill the gap."
)
NO_SOURCES = (
    "The report was ordered without documents, so there is no evidence to quote for this point."
)


class ExtractiveWriter:
    """Answers each point with the sentences of the sources that come closest to it."""

    def __init__(self, order: ReportOrder, evidence: Evidence) -> None:
        self._order = order
        self._evidence = evidence

    @property
    def notice(self) -> str:
        """Say how the report came about."""
        return (
            "Written without a language model: the built-in extractor chose sentences of the "
            "sources and quotes them word for word. It does not judge or conclude."
        )

    def outline(self) -> Outline:
        """Make a section of each point."""
        return Outline(title=title_of(self._order), parts=parts_of(self._order))

    def section(self, part: Part, outline: Outline, on_text: OnText) -> Section:
        """Quote what bears on the point."""
        found = self._evidence.corpus.relevant(part.brief, QUOTES)
        asked = [] if part.brief == part.heading else [f"Asked: *{literal(part.brief)}*"]
        blocks = asked + (self._found(found) if found else [self._nothing()])
        text = "\n\n".join(blocks)
        on_text(text)
        return Section(
            heading=part.heading, markdown=text, citations=[self._cite(one) for one in found]
        )

    def summary(self, outline: Outline, sections: Sequence[Section]) -> Section:
        """Quote what is central to the sources, and show which points have evidence."""
        central = self._evidence.corpus.central(CENTRAL)
        blocks = [self._scope(sections)]
        if central:
            ordered = sorted(central, key=lambda one: one.place)
            blocks.append("The sources in their own words:")
            blocks.append("\n".join(f"- “{literal(s.quote)}” {self._place(s)}" for s in ordered))
        if phrases := key_phrases(self._evidence.corpus.sentences, PHRASES):
            blocks.append(f"**Recurring terms:** {literal(', '.join(phrases))}.")
        blocks.append(self._coverage(sections))
        return Section(
            heading="Summary",
            markdown="\n\n".join(blocks),
            citations=[self._cite(one) for one in central],
        )

    def _scope(self, sections: Sequence[Section]) -> str:
        answered = sum(bool(section.citations) for section in sections)
        sources = self._evidence.sources
        if not sources:
            return f"{_count(len(sections), 'point')} and no documents to take evidence from."
        pages = sum(max(1, len(source.pages)) for source in sources)
        words = sum(len(page.split()) for source in sources for _, page in source.numbered_pages)
        return (
            f"{_count(len(sources), 'document')} with {_count(pages, 'page')} "
            f"and {_count(words, 'word')} were read. They bear on {answered} "
            f"of {_count(len(sections), 'point')}."
        )

    def _coverage(self, sections: Sequence[Section]) -> str:
        rows = [
            [
                literal(section.heading),
                str(len(section.citations)) if section.citations else "none",
                ", ".join(f"S{n}" for n in sorted({one.source for one in section.citations}))
                or "–",
            ]
            for section in sections
        ]
        return table(["Point", "Passages found", "Sources"], rows)

    def _found(self, found: Sequence[Sentence]) -> list[str]:
        sources = len({one.source.id for one in found})
        if len(found) == 1:
            lead = "One passage bears on this point:"
        else:
            where = "one source" if sources == 1 else f"{sources} sources"
            lead = f"{len(found)} passages in {where} bear on this point, the closest first:"
        return [lead, *(f"> {literal(one.quote)}\n>\n> {self._place(one)}" for one in found)]

    def _nothing(self) -> str:
        return NOTHING_FOUND if self._evidence.sources else NO_SOURCES

    def _place(self, sentence: Sentence) -> str:
        page = "" if sentence.page is None else f", p. {sentence.page}"
        number = self._evidence.number(sentence.source)
        return f"— *{literal(sentence.source.name)}*{page} \\[S{number}\\]"

    def _cite(self, sentence: Sentence) -> Citation:
        return Citation(source=self._evidence.number(sentence.source), page=sentence.page)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
