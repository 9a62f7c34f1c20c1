"""The writer of briefs that has a language model."""

from collections.abc import Sequence

from jobs.ai.llm.models import LanguageModel, OnText
from jobs.ai.llm.prompts import element
from reports.briefs import verbatim
from reports.briefs.input import BriefGenerationInput
from reports.briefs.plan import QUESTION, RECOMMENDATION, outline_of
from reports.sources.evidence import ReportSources
from reports.writing.sections import SectionWriter
from reports.writing.writer import Outline, PlannedSection, Section

NO_EVIDENCE = "None is made: there is no evidence that one could rest on."
UNGROUNDED = "None is made: what the model recommended rests on none of the sources."


class LanguageModelBriefWriter(SectionWriter):
    """Asks for each section; a recommendation stays only where it rests on sources."""

    instructions = "brief_section.v1"

    def __init__(
        self, model: LanguageModel, order: BriefGenerationInput, evidence: ReportSources
    ) -> None:
        super().__init__(model, order, evidence)
        self._brief = order

    def outline(self) -> Outline:
        """Plan the sections of every brief."""
        return outline_of(self._brief)

    def section(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section], on_text: OnText
    ) -> Section:
        """Have a section written, unless it says only what the order says."""
        if part == QUESTION:
            return Section(heading=part.heading, markdown=verbatim.question_section(self._brief))
        if part == RECOMMENDATION and not self._is_readable():
            return Section(heading=part.heading, markdown=NO_EVIDENCE)
        written = super().section(part, outline, before, on_text)
        if part == RECOMMENDATION and not written.citations:
            return Section(heading=part.heading, markdown=UNGROUNDED)
        return written

    def summary(self, outline: Outline, sections: Sequence[Section]) -> None:
        """Sum nothing up: a brief is short, and ends with what it recommends."""

    def _question(self, part: PlannedSection) -> str:
        options = (option.text for option in self._brief.options)
        return " ".join([self._brief.title, self._brief.context, *options])

    def _request(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section]
    ) -> list[str]:
        """Give what a section of a report gets, and the sections it has to agree with."""
        share = self._budget // (4 * max(1, len(before)))
        told = [element("section", one.markdown[:share], heading=one.heading) for one in before]
        return [*super()._request(part, outline, before), *told]

    def _is_readable(self) -> bool:
        return any(source.text.strip() for source in self._evidence.sources)
