"""Writes briefs with a language model."""

from collections.abc import Sequence

from jobs.ai.llm.models import LanguageModel, OnText
from jobs.ai.llm.prompts import element
from reports.briefs import verbatim
from reports.briefs.input import BriefGenerationInput
from reports.briefs.plan import QUESTION, RECOMMENDATION, outline_of
from reports.sources.evidence import ReportSources
from reports.writing.sections import SectionWriter
from reports.writing.writer import Outline, PlannedSection, Section

NO_EVIDENCE = "None: there is no evidence to support one."
UNGROUNDED = "None: the model's recommendation cites none of the sources."


class LanguageModelBriefWriter(SectionWriter):
    """Asks the model for each section; drops a recommendation that cites no sources."""

    instructions = "brief_section.v1"

    def __init__(
        self, model: LanguageModel, input: BriefGenerationInput, evidence: ReportSources
    ) -> None:
        super().__init__(model, input, evidence)
        self._brief = input

    def outline(self) -> Outline:
        """Return the sections of every brief."""
        return outline_of(self._brief)

    def section(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section], on_text: OnText
    ) -> Section:
        """Have a section written, unless it only repeats the input."""
        if part == QUESTION:
            return Section(heading=part.heading, markdown=verbatim.question_section(self._brief))
        if part == RECOMMENDATION and not self._is_readable():
            return Section(heading=part.heading, markdown=NO_EVIDENCE)
        written = super().section(part, outline, before, on_text)
        if part == RECOMMENDATION and not written.citations:
            return Section(heading=part.heading, markdown=UNGROUNDED)
        return written

    def summary(self, outline: Outline, sections: Sequence[Section]) -> None:
        """Return None: a brief is short and ends with its recommendation."""

    def _question(self, part: PlannedSection) -> str:
        options = (option.text for option in self._brief.options)
        return " ".join([self._brief.title, self._brief.context, *options])

    def _request(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section]
    ) -> list[str]:
        """Add the sections written so far, with which this one has to agree."""
        share = self._budget // (4 * max(1, len(before)))
        previous = [element("section", one.markdown[:share], heading=one.heading) for one in before]
        return [*super()._request(part, outline, before), *previous]

    def _is_readable(self) -> bool:
        return any(source.text.strip() for source in self._evidence.sources)
