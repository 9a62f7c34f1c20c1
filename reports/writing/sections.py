"""Sections that a language model writes, each from the sources that bear on it."""

from collections.abc import Sequence

from jobs.ai.llm.models import Completion, LanguageModel, OnText, Prompt
from jobs.ai.llm.prompts import element
from reports.inputs import WritingInput
from reports.markup import clean, fit_section
from reports.prompts import prompt
from reports.sources import excerpts
from reports.sources.citations import find_citations
from reports.sources.evidence import ReportSources
from reports.writing.writer import Outline, PlannedSection, Section


class SectionWriter:
    """Asks a language model for sections, each with the sources that bear on it."""

    instructions = "report_section.v1"
    """Name of those for a section."""

    def __init__(self, model: LanguageModel, order: WritingInput, evidence: ReportSources) -> None:
        self._model = model
        self._order = order
        self._evidence = evidence
        self._budget = excerpts.source_budget(model.settings, order.max_tokens)

    @property
    def notice(self) -> str:
        """Say how the text came about."""
        return (
            f"Written by the language model {self._model.settings.name} from the sources listed. "
            "Check what matters against them."
        )

    def section(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section], on_text: OnText
    ) -> Section:
        """Have a section written from the passages that bear on it."""
        asked = self._prose(self.instructions, self._request(part, outline, before))
        return self._section(part.heading, self._model.write(asked, on_text))

    def _request(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section]
    ) -> list[str]:
        """Give what the model is told of a section that it has to write."""
        given = excerpts.passages(self._evidence, self._question(part), self._budget)
        return [
            self._order.task,
            element("outline", "\n".join(one.heading for one in outline.parts)),
            element("wanted_section", part.brief, heading=part.heading),
            excerpts.sources(given, self._evidence),
        ]

    def _question(self, part: PlannedSection) -> str:
        """Give what passages must bear on to be handed over for a section."""
        return f"{part.heading} {part.brief}"

    def _prose(self, instructions: str, request: Sequence[str]) -> Prompt:
        """Ask for a text that may be as long as was ordered."""
        return prompt(instructions, request, self._order, max_tokens=self._order.max_tokens)

    def _section(self, heading: str, answer: Completion) -> Section:
        markdown = fit_section(clean(answer.text), heading)
        known = len(self._evidence.sources)
        return Section(
            heading=heading,
            markdown=markdown,
            citations=[one for one in find_citations(markdown) if 0 < one.source <= known],
            truncated=answer.truncated,
        )
