"""Writes sections with a language model, each from the relevant sources."""

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
    """Asks a language model for sections, each with the relevant sources."""

    instructions = "report_section.v1"
    """Name of the prompt for a section."""

    def __init__(self, model: LanguageModel, input: WritingInput, evidence: ReportSources) -> None:
        self._model = model
        self._input = input
        self._evidence = evidence
        self._budget = excerpts.source_budget(model.settings, input.max_tokens)

    @property
    def notice(self) -> str:
        """How the text was written."""
        return (
            f"Written by the language model {self._model.settings.name} from the sources listed. "
            "Check important statements against them."
        )

    def section(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section], on_text: OnText
    ) -> Section:
        """Have a section written from the relevant passages."""
        section_prompt = self._prose(self.instructions, self._request(part, outline, before))
        return self._section(part.heading, self._model.write(section_prompt, on_text))

    def _request(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section]
    ) -> list[str]:
        """Return the prompt elements for a section."""
        passages = excerpts.passages(self._evidence, self._question(part), self._budget)
        return [
            self._input.task,
            element("outline", "\n".join(one.heading for one in outline.parts)),
            element("wanted_section", part.brief, heading=part.heading),
            excerpts.sources(passages, self._evidence),
        ]

    def _question(self, part: PlannedSection) -> str:
        """Return the text by which passages for a section are selected."""
        return f"{part.heading} {part.brief}"

    def _prose(self, instructions: str, request: Sequence[str]) -> Prompt:
        """Return a prompt for a text of the requested maximum length."""
        return prompt(instructions, request, self._input, max_tokens=self._input.max_tokens)

    def _section(self, heading: str, answer: Completion) -> Section:
        markdown = fit_section(clean(answer.text), heading)
        known = len(self._evidence.sources)
        return Section(
            heading=heading,
            markdown=markdown,
            citations=[one for one in find_citations(markdown) if 0 < one.source <= known],
            truncated=answer.truncated,
        )
