"""The writer that has a language model."""

import re
from collections.abc import Sequence

from jobs.ai.models import Completion, LanguageModel, ModelSettings, OnText, Prompt
from jobs.ai.prompting import element
from reports.markup import clean, nested
from reports.orders import Order, ReportOrder
from reports.prompts import instructions
from reports.reporting.planning import title_of
from reports.sources import excerpts
from reports.sources.evidence import Citation, Evidence
from reports.writing.writer import Outline, Part, Section

CITED = re.compile(r"\[S(\d{1,3})(?:,\s*p(?:p|ages?)?\.?\s*(\d{1,4}))?[^\]]{0,40}\]")
ANSWER_TOKENS = 4_000
INSTRUCTION_TOKENS = 2_000
MOST_SOURCE = 120_000
"""Characters of source text in one prompt: more costs more than it tells."""
LEAST_SOURCE = 3_000


class SectionWriter:
    """Asks a language model for sections, each with the sources that bear on it."""

    prompt = "report_section.v1"
    """Name of the instructions for a section."""

    def __init__(self, model: LanguageModel, order: Order, task: str, evidence: Evidence) -> None:
        self._model = model
        self._order = order
        self._task = task
        self._evidence = evidence
        self._budget = source_budget(model.settings, order.max_tokens)

    @property
    def notice(self) -> str:
        """Say how the text came about."""
        return (
            f"Written by the language model {self._model.settings.name} from the sources listed. "
            "Check what matters against them."
        )

    def section(
        self, part: Part, outline: Outline, before: Sequence[Section], on_text: OnText
    ) -> Section:
        """Have a section written from the passages that bear on it."""
        prompt = self._prompt(self.prompt, self._request(part, outline, before))
        return self._section(part.heading, self._model.write(prompt, on_text))

    def _request(self, part: Part, outline: Outline, before: Sequence[Section]) -> list[str]:
        """Give what the model is told of a section that it has to write."""
        given = excerpts.passages(self._evidence, self._question(part), self._budget)
        return [
            self._task,
            element("outline", "\n".join(one.heading for one in outline.parts)),
            element("wanted_section", part.brief, heading=part.heading),
            excerpts.sources(given, self._evidence),
        ]

    def _question(self, part: Part) -> str:
        """Give what passages must bear on to be handed over for a section."""
        return f"{part.heading} {part.brief}"

    def _prompt(self, name: str, request: Sequence[str]) -> Prompt:
        return Prompt.of(
            instructions(name),
            "\n\n".join(request),
            temperature=self._order.temperature,
            max_tokens=self._order.max_tokens,
        )

    def _section(self, heading: str, answer: Completion) -> Section:
        markdown = nested(clean(answer.text), heading)
        known = len(self._evidence.sources)
        return Section(
            heading=heading,
            markdown=markdown,
            citations=[one for one in cited(markdown) if 0 < one.source <= known],
            truncated=answer.truncated,
        )


class LanguageWriter(SectionWriter):
    """Has a language model plan a report, write it and sum it up."""

    def __init__(self, model: LanguageModel, order: ReportOrder, evidence: Evidence) -> None:
        super().__init__(model, order, excerpts.task(order), evidence)
        self._title = title_of(order) if order.title.strip() else ""

    def outline(self) -> Outline:
        """Ask for a plan; a title that was ordered stays."""
        given = excerpts.openings(self._evidence, self._budget // 2)
        request = [self._task, excerpts.sources(given, self._evidence)]
        prompt = self._prompt("report_outline.v1", request)
        planned = self._model.complete_as(Outline, prompt)
        return Outline(title=self._title or planned.title, parts=planned.parts)

    def summary(self, outline: Outline, sections: Sequence[Section]) -> Section:
        """Have the sections summed up."""
        share = self._budget // max(1, len(sections))
        given = [element("section", one.markdown[:share], heading=one.heading) for one in sections]
        prompt = self._prompt("report_summary.v1", [self._task, *given])
        return self._section("Summary", self._model.complete(prompt))


def cited(markdown: str) -> list[Citation]:
    """Give the places that a text cites: `[S1, p. 3]`."""
    return [
        Citation(source=int(source), page=int(page) if page else None)
        for source, page in CITED.findall(markdown)
    ]


def source_budget(settings: ModelSettings, max_tokens: int | None) -> int:
    """Give the characters of source text that fit into one prompt beside the rest."""
    room = settings.room((max_tokens or ANSWER_TOKENS) + INSTRUCTION_TOKENS)
    return max(LEAST_SOURCE, min(MOST_SOURCE, room))
