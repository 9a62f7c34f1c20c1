"""Writes reports without a language model: quotes, counts, and reports what was not found."""

from collections.abc import Sequence

from jobs.ai.extraction.phrases import key_phrases
from jobs.ai.extraction.sentences import Sentence
from jobs.ai.llm.models import OnText
from reports.markup import literal, table
from reports.reporting.input import GenerateReportInput
from reports.reporting.outline import parts_of, title_of
from reports.sources.evidence import ReportSources
from reports.sources.quotations import MIN_RELATIVE_SCORE, citation, mark, quotations
from reports.writing import appendices
from reports.writing.writer import Outline, PlannedSection, Section

MAX_QUOTES = 4
MAX_CENTRAL_QUOTES = 3
MAX_KEY_PHRASES = 8
NOTHING_FOUND = (
    "The sources do not mention this in the words of the point, "
    "and nothing was invented to fill the gap."
)
NO_SOURCES = (
    "The report was requested without documents, so there is no evidence to quote for this point."
)

NOTHING_TO_READ = (
    "This report has headings only: it was requested without documents, and the built-in extractor "
    "writes no text of its own. Request it again with documents or with a language model."
)


class ExtractiveReportWriter:
    """Answers each point with the closest sentences of the sources."""

    def __init__(self, input: GenerateReportInput, evidence: ReportSources) -> None:
        self._input = input
        self._evidence = evidence

    @property
    def notice(self) -> str:
        """How the report was written."""
        return (
            "Written without a language model: the built-in extractor selected sentences of the "
            "sources and quotes them word for word. It does not judge or conclude."
        )

    def outline(self) -> Outline:
        """Return one section per point."""
        return Outline(title=title_of(self._input), parts=parts_of(self._input))

    def section(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section], on_text: OnText
    ) -> Section:
        """Quote the passages on the point."""
        found = self._find_passages(part)
        question = [] if part.brief == part.heading else [f"Asked: *{literal(part.brief)}*"]
        paragraphs = [_lead(found), *quotations(found, self._evidence)] if found else []
        paragraphs += [f"{one} Their totals are given below." for one in self._columns(part)]
        text = "\n\n".join(question + (paragraphs or [self._nothing()]))
        on_text(text)
        return Section(
            heading=part.heading,
            markdown=text,
            citations=[citation(one, self._evidence) for one in found],
        )

    def summary(self, outline: Outline, sections: Sequence[Section]) -> Section:
        """Show the closest passage to each point, what is missing, and what else is central."""
        found = [self._find_passages(part) for part in outline.parts]
        if not self._evidence.sources:
            return Section(heading="Summary", markdown=NOTHING_TO_READ)
        quoted = {one.place for passages in found for one in passages}
        central = self._central(quoted)
        blocks = [
            self._scope(found),
            self._at_a_glance(outline.parts, found),
            *self._also(central),
            *self._terms(),
        ]
        shown = [*(passages[0] for passages in found if passages), *central]
        return Section(
            heading="Summary",
            markdown="\n\n".join(blocks),
            citations=[citation(one, self._evidence) for one in shown],
        )

    def _find_passages(self, part: PlannedSection) -> list[Sentence]:
        return self._evidence.corpus.relevant(part.brief, MAX_QUOTES, close=MIN_RELATIVE_SCORE)

    def _columns(self, part: PlannedSection) -> list[str]:
        """Name the table columns that the point mentions."""
        return [
            f"See the columns {literal(', '.join(named))} of *{literal(one.source.name)}*."
            for one in appendices.countable_tables(self._evidence)
            if len(named := one.columns_named_in(part.brief)) > 1
        ]

    def _nothing(self) -> str:
        return NOTHING_FOUND if self._evidence.sources else NO_SOURCES

    def _scope(self, found: Sequence[Sequence[Sentence]]) -> str:
        sources = self._evidence.sources
        words = sum(len(text.split()) for source in sources for _, text in source.numbered_pages)
        return (
            f"{_count(len(sources), 'document')} with {_count(words, 'word')} were searched for "
            f"evidence on {_count(len(found), 'point')}. Passages were found on "
            f"{sum(map(bool, found))} of {len(found)}. The closest passage for each:"
        )

    def _at_a_glance(
        self, parts: Sequence[PlannedSection], found: Sequence[Sequence[Sentence]]
    ) -> str:
        rows = [
            [f"**{literal(part.heading)}**", *self._closest(part, passages)]
            for part, passages in zip(parts, found, strict=True)
        ]
        return table(["Point", "What the sources say", "Place"], rows)

    def _closest(self, part: PlannedSection, passages: Sequence[Sentence]) -> list[str]:
        if passages:
            return [literal(passages[0].quote), mark(passages[0], self._evidence)]
        return [*(self._columns(part) or ["*Nothing was found.*"])[:1], "–"]

    def _central(self, quoted: set[int]) -> list[Sentence]:
        ranked = self._evidence.corpus.central(MAX_CENTRAL_QUOTES + len(quoted))
        others = [one for one in ranked if one.place not in quoted][:MAX_CENTRAL_QUOTES]
        return sorted(others, key=lambda one: one.place)

    def _also(self, central: Sequence[Sentence]) -> list[str]:
        if not central:
            return []
        lines = [f"- “{literal(one.quote)}” {mark(one, self._evidence)}" for one in central]
        return ["Beyond the points, these passages are central to the sources:", "\n".join(lines)]

    def _terms(self) -> list[str]:
        phrases = key_phrases(self._evidence.corpus.sentences, MAX_KEY_PHRASES)
        return [f"**Recurring terms:** {literal(', '.join(phrases))}."] if phrases else []


def _lead(found: Sequence[Sentence]) -> str:
    if len(found) == 1:
        return "One passage is relevant to this point:"
    sources = len({one.source.id for one in found})
    where = "one source" if sources == 1 else f"{sources} sources"
    return f"{len(found)} passages in {where} are relevant to this point:"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
