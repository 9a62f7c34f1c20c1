"""Writes briefs without a language model: quotes the evidence for each option."""

from collections.abc import Callable, Iterator, Sequence

from jobs.ai.extraction.sentences import Sentence
from jobs.ai.llm.models import OnText
from reports.briefs import plan, verbatim
from reports.briefs.input import BriefGenerationInput, DecisionOption
from reports.briefs.plan import outline_of
from reports.markup import literal
from reports.sources.citations import Citation
from reports.sources.evidence import ReportSources
from reports.sources.quotations import MIN_RELATIVE_SCORE, citation, quotations
from reports.writing.writer import Outline, PlannedSection, Section

MAX_OPTION_QUOTES = 3
"""Passages quoted for each option."""
MAX_FURTHER_QUOTES = 6
"""Passages quoted in addition."""
MAX_CENTRAL_QUOTES = 3
"""Passages that represent the sources if none is closer."""
NOTHING = "*The sources do not mention it in these words.*"
NO_SOURCES = "*The brief was requested without evidence.*"
NO_CLOSER_PASSAGE = (
    "*No further passage has the words of the question. These represent the sources:*"
)
NO_MORE = "*The sources contain nothing beyond what is quoted above.*"
NO_OPTIONS = "*No options were given.*"
NO_RECOMMENDATION = "None: without a language model, evidence is quoted but not weighed or judged."

BriefSection = tuple[str, list[Citation]]


class ExtractiveBriefWriter:
    """Repeats the input and quotes the sources."""

    def __init__(self, input: BriefGenerationInput, evidence: ReportSources) -> None:
        self._input = input
        self._evidence = evidence
        self._sections: dict[str, Callable[[], BriefSection]] = {
            plan.QUESTION.heading: lambda: (verbatim.question_section(input), []),
            plan.CONTEXT.heading: lambda: (verbatim.context_section(input), []),
            plan.OPTIONS.heading: self._options,
            plan.EVIDENCE.heading: self._more,
            plan.RECOMMENDATION.heading: lambda: (NO_RECOMMENDATION, []),
            plan.OPEN_POINTS.heading: lambda: (self._open_points(), []),
        }

    @property
    def notice(self) -> str:
        """How the brief was written."""
        return (
            "Written without a language model: the built-in extractor selected sentences of the "
            "sources and quotes them word for word. It does not compare, judge or recommend."
        )

    def outline(self) -> Outline:
        """Return the sections of every brief."""
        return outline_of(self._input)

    def section(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section], on_text: OnText
    ) -> Section:
        """Write one section."""
        markdown, citations = self._sections[part.heading]()
        on_text(markdown)
        return Section(heading=part.heading, markdown=markdown, citations=citations)

    def summary(self, outline: Outline, sections: Sequence[Section]) -> None:
        """Return None: a summary would be a judgement."""

    def _options(self) -> BriefSection:
        if not self._input.options:
            return NO_OPTIONS, []
        found = [self._on(option) for option in self._input.options]
        blocks = [
            block
            for option, passages in zip(self._input.options, found, strict=True)
            for block in self._option(option, passages)
        ]
        return "\n\n".join(blocks), self._places(one for passages in found for one in passages)

    def _option(self, option: DecisionOption, found: Sequence[Sentence]) -> Iterator[str]:
        yield f"### {literal(option.name)}"
        if option.description.strip():
            yield literal(option.description)
        yield from quotations(found, self._evidence) or [NOTHING]

    def _more(self) -> BriefSection:
        """Quote further passages on the decision, or else central passages of the sources."""
        if not self._evidence.sources:
            return NO_SOURCES, []
        corpus = self._evidence.corpus
        quoted = {one.place for option in self._input.options for one in self._on(option)}
        question = f"{self._input.title} {self._input.context}"
        near = corpus.relevant(question, MAX_FURTHER_QUOTES + len(quoted), close=MIN_RELATIVE_SCORE)
        found = [one for one in near if one.place not in quoted][:MAX_FURTHER_QUOTES]
        if found:
            return "\n\n".join(quotations(found, self._evidence)), self._places(found)
        central = corpus.central(MAX_CENTRAL_QUOTES + len(quoted))
        others = [one for one in central if one.place not in quoted][:MAX_CENTRAL_QUOTES]
        paragraphs = [NO_CLOSER_PASSAGE if others else NO_MORE, *quotations(others, self._evidence)]
        return "\n\n".join(paragraphs), self._places(others)

    def _open_points(self) -> str:
        open_points = [
            f"Nothing was found on *{literal(option.name)}*."
            for option in self._input.options
            if not self._on(option)
        ]
        if not self._input.context.strip():
            open_points.append("The context is not described.")
        open_points.append("The options have to be compared by a reader.")
        return "\n".join(f"- {point}" for point in open_points)

    def _on(self, option: DecisionOption) -> list[Sentence]:
        return self._evidence.corpus.relevant(
            option.text, MAX_OPTION_QUOTES, close=MIN_RELATIVE_SCORE
        )

    def _places(self, found: Iterator[Sentence] | Sequence[Sentence]) -> list[Citation]:
        return [citation(one, self._evidence) for one in found]
