"""Writes reports with a language model."""

from collections.abc import Sequence

from jobs.ai.llm.models import LanguageModel
from jobs.ai.llm.prompts import element
from reports.prompts import prompt
from reports.reporting.input import GenerateReportInput
from reports.reporting.outline import title_of
from reports.sources import excerpts
from reports.sources.evidence import ReportSources
from reports.writing.sections import SectionWriter
from reports.writing.writer import Outline, Section


class LanguageModelReportWriter(SectionWriter):
    """Asks a language model for the outline, the sections and the summary."""

    def __init__(
        self, model: LanguageModel, input: GenerateReportInput, evidence: ReportSources
    ) -> None:
        super().__init__(model, input, evidence)
        self._title = title_of(input) if input.title.strip() else ""

    def outline(self) -> Outline:
        """Ask for an outline; a title in the input is kept."""
        budget = excerpts.source_budget(self._model.settings)
        elements = excerpts.openings(self._evidence, budget // 2)
        request = [self._input.task, excerpts.sources(elements, self._evidence)]
        full_prompt = prompt("report_outline.v1", request, self._input)
        planned = self._model.complete_as(Outline, full_prompt)
        return Outline(title=self._title or planned.title, parts=planned.parts)

    def summary(self, outline: Outline, sections: Sequence[Section]) -> Section:
        """Ask for a summary of the sections."""
        share = self._budget // max(1, len(sections))
        elements = [
            element("section", one.markdown[:share], heading=one.heading) for one in sections
        ]
        full_prompt = self._prose("report_summary.v1", [self._input.task, *elements])
        return self._section("Summary", self._model.complete(full_prompt))
