"""The writer of briefs without a language model: it quotes what bears on each option."""

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
"""Passages that are quoted for each option."""
MAX_FURTHER_QUOTES = 6
"""Passages that are quoted beyond them."""
MAX_CENTRAL_QUOTES = 3
"""Passages that stand for the sources where none is closer."""
NOTHING = "*The sources say nothing of it in its own words.*"
NO_SOURCES = "*The brief was ordered without evidence.*"
NO_CLOSER_PASSAGE = (
    "*No further passage bears on the question in its words. These stand for the sources:*"
)
NO_MORE = "*There is nothing in the sources beyond what is quoted above.*"
NO_OPTIONS = "*The order names no options.*"
NO_RECOMMENDATION = (
    "None is made: without a language model, evidence is quoted, and neither weighed nor judged."
)

BriefSection = tuple[str, list[Citation]]


class ExtractiveBriefWriter:
    """Takes over what the order says, and quotes the sources beside it."""

    def __init__(self, order: BriefGenerationInput, evidence: ReportSources) -> None:
        self._order = order
        self._evidence = evidence
        self._sections: dict[str, Callable[[], BriefSection]] = {
            plan.QUESTION.heading: lambda: (verbatim.question_section(order), []),
            plan.CONTEXT.heading: lambda: (verbatim.context_section(order), []),
            plan.OPTIONS.heading: self._options,
            plan.EVIDENCE.heading: self._more,
            plan.RECOMMENDATION.heading: lambda: (NO_RECOMMENDATION, []),
            plan.OPEN_POINTS.heading: lambda: (self._open_points(), []),
        }

    @property
    def notice(self) -> str:
        """Say how the brief came about."""
        return (
            "Written without a language model: the built-in extractor chose sentences of the "
            "sources and quotes them word for word. It does not compare, judge or recommend."
        )

    def outline(self) -> Outline:
        """Plan the sections of every brief."""
        return outline_of(self._order)

    def section(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section], on_text: OnText
    ) -> Section:
        """Write one section."""
        markdown, citations = self._sections[part.heading]()
        on_text(markdown)
        return Section(heading=part.heading, markdown=markdown, citations=citations)

    def summary(self, outline: Outline, sections: Sequence[Section]) -> None:
        """Sum nothing up: that would be a judgement."""

    def _options(self) -> BriefSection:
        if not self._order.options:
            return NO_OPTIONS, []
        found = [self._on(option) for option in self._order.options]
        blocks = [
            block
            for option, passages in zip(self._order.options, found, strict=True)
            for block in self._option(option, passages)
        ]
        return "\n\n".join(blocks), self._places(one for passages in found for one in passages)

    def _option(self, option: DecisionOption, found: Sequence[Sentence]) -> Iterator[str]:
        yield f"### {literal(option.name)}"
        if option.description.strip():
            yield literal(option.description)
        yield from quotations(found, self._evidence) or [NOTHING]

    def _more(self) -> BriefSection:
        """Quote what bears on the decision, or else stands for the sources, and is not above."""
        if not self._evidence.sources:
            return NO_SOURCES, []
        corpus = self._evidence.corpus
        quoted = {one.place for option in self._order.options for one in self._on(option)}
        question = f"{self._order.title} {self._order.context}"
        near = corpus.relevant(question, MAX_FURTHER_QUOTES + len(quoted), close=MIN_RELATIVE_SCORE)
        found = [one for one in near if one.place not in quoted][:MAX_FURTHER_QUOTES]
        if found:
            return "\n\n".join(quotations(found, self._evidence)), self._places(found)
        central = corpus.central(MAX_CENTRAL_QUOTES + len(quoted))
        others = [one for one in central if one.place not in quoted][:MAX_CENTRAL_QUOTES]
        said = [NO_CLOSER_PASSAGE if others else NO_MORE, *quotations(others, self._evidence)]
        return "\n\n".join(said), self._places(others)

    def _open_points(self) -> str:
        open_points = [
            f"Nothing was found on *{literal(option.name)}*."
            for option in self._order.options
            if not self._on(option)
        ]
        if not self._order.context.strip():
            open_points.append("The context is not described.")
        open_points.append("How the options compare has to be judged by a reader.")
        return "\n".join(f"- {point}" for point in open_points)

    def _on(self, option: DecisionOption) -> list[Sentence]:
        return self._evidence.corpus.relevant(
            option.text, MAX_OPTION_QUOTES, close=MIN_RELATIVE_SCORE
        )

    def _places(self, found: Iterator[Sentence] | Sequence[Sentence]) -> list[Citation]:
        return [citation(one, self._evidence) for one in found]
