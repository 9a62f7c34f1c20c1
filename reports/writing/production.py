"""From a commission to a kept report: read, plan, write section by section, keep, format."""

import math
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from jobs.ai.llm.models import LanguageModel, OnText
from jobs.context import JobContext
from reports.files import rendering
from reports.inputs import JobInput
from reports.models import Report
from reports.records import save_record
from reports.sources.evidence import ReportSources
from reports.sources.preparation import PREPARED_PERCENT, PreparedSources, prepare_sources
from reports.writing.assembly import AssembledReport, ReportDraft, assemble
from reports.writing.writer import Outline, ReportWriter, Section

PLANNED_PERCENT, WRITTEN_PERCENT, SUMMED_PERCENT, ASSEMBLED_PERCENT, SAVED_PERCENT = (
    15,
    80,
    86,
    88,
    90,
)
"""Percent of the job that each stage ends at."""
TYPICAL_SECTION_CHARACTERS = 1500
"""Characters."""

InputT = TypeVar("InputT", bound=JobInput)


@dataclass(frozen=True, kw_only=True)
class WritingTask(Generic[InputT]):
    """A text that a job has to write."""

    kind: Report.Kind
    order: InputT
    extractive: Callable[[InputT, ReportSources], ReportWriter]
    """Gives who writes it without a language model."""
    language: Callable[[LanguageModel, InputT, ReportSources], ReportWriter]
    """Gives who writes it with one."""
    about: Mapping[str, str] = field(default_factory=dict)
    """Further columns of the report."""
    states_figures: bool = True
    """Whether the figures and dates of the sources are listed behind it."""

    def writer(self, given: PreparedSources) -> ReportWriter:
        """Give who writes it from what was gathered."""
        if given.model is None:
            return self.extractive(self.order, given.evidence)
        return self.language(given.model, self.order, given.evidence)


class ReportResult(BaseModel):
    """A report or a brief that was written."""

    model_config = ConfigDict(extra="forbid")

    report_id: uuid.UUID
    title: str
    sections: int = Field(description="Sections with a heading.")
    model: str = Field(description="What wrote it.")
    partial: bool = Field(description="The text is whole, but not all of its files could be made.")
    warning: str = Field(description="What the reader should know; empty if all went well.")
    pages: int | None = Field(description="Pages of the PDF.")


def produce_report(job: JobContext, commission: WritingTask[Any]) -> ReportResult:
    """Write and keep what a job is to write. Every stage is a durable step: a retry goes on."""
    given = prepare_sources(job, commission.order)
    draft = _draft(job, commission, given)
    job.progress(SUMMED_PERCENT, "Putting it together")
    assembled = job.step_as(
        AssembledReport, "assemble", assemble, draft, given.listing, given.evidence
    )
    job.progress(ASSEMBLED_PERCENT, "Keeping it")
    title, model = draft.outline.title, given.settings.name
    kept = job.step("save", _save, job, commission, title, model, assembled)
    job.progress(SAVED_PERCENT, "Making PDF, DOCX and HTML")
    formatted = job.step("format", _create_files, uuid.UUID(kept))
    job.progress(100, "Done")
    return ReportResult(
        report_id=uuid.UUID(kept),
        title=title,
        sections=len(draft.outline.parts),
        model=model,
        **formatted,
    )


def _draft(job: JobContext, commission: WritingTask[Any], given: PreparedSources) -> ReportDraft:
    writer = commission.writer(given)
    job.progress(PREPARED_PERCENT, "Planning the sections")
    outline = job.step_as(Outline, "outline", writer.outline)
    sections = _write(job, writer, outline)
    job.progress(WRITTEN_PERCENT, "Writing the summary")
    summary = job.step("summary", _summarize, writer, outline, sections)
    return ReportDraft(
        outline=outline,
        sections=[*([Section.model_validate(summary)] if summary else []), *sections],
        notice=writer.notice,
        pictures=given.pictures,
        problems=given.problems,
        states_figures=commission.states_figures,
    )


def _write(job: JobContext, writer: ReportWriter, outline: Outline) -> list[Section]:
    total = len(outline.parts)
    share = (WRITTEN_PERCENT - PLANNED_PERCENT) / total
    sections: list[Section] = []
    for place, part in enumerate(outline.parts):
        message = f"Writing section {place + 1} of {total}: {part.heading}"
        follow = _follower(job, part.heading, PLANNED_PERCENT + place * share, share, message)
        follow("")
        name = f"section-{place + 1}"
        made = job.step_as(Section, name, writer.section, part, outline, sections, follow)
        sections.append(made)
    return sections


def _follower(job: JobContext, heading: str, begin: float, share: float, message: str) -> OnText:
    """Show a section's text while it comes in, and move the progress through its share."""
    written = 0

    def on_text(piece: str) -> None:
        nonlocal written
        if piece:
            job.stream_text(piece if written else f"\n\n## {heading}\n\n{piece}")
        written += len(piece)
        job.progress(begin + share * (1 - math.exp(-written / TYPICAL_SECTION_CHARACTERS)), message)

    return on_text


def _summarize(
    writer: ReportWriter, outline: Outline, sections: list[Section]
) -> dict[str, Any] | None:
    summary = writer.summary(outline, sections)
    return None if summary is None else summary.model_dump(mode="json")


def _save(
    job: JobContext,
    commission: WritingTask[Any],
    title: str,
    model: str,
    assembled: AssembledReport,
) -> str:
    return save_record(
        Report,
        job,
        kind=commission.kind,
        title=title,
        model=model,
        subject=job.subject,
        **commission.about,
        **dict(assembled),
    )


def _create_files(report_id: uuid.UUID) -> dict[str, Any]:
    report = rendering.attach_files(report_id)
    return {"partial": report.partial, "warning": report.warning, "pages": report.pages}
