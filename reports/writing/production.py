"""Writes and stores a report: read, outline, write section by section, store, render."""

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
"""Progress at the end of each stage, in percent."""
TYPICAL_SECTION_CHARACTERS = 1500
"""Characters."""

InputT = TypeVar("InputT", bound=JobInput)


@dataclass(frozen=True, kw_only=True)
class WritingTask(Generic[InputT]):
    """A text that a job has to write."""

    kind: Report.Kind
    input: InputT
    extractive: Callable[[InputT, ReportSources], ReportWriter]
    """Creates the writer without a language model."""
    language: Callable[[LanguageModel, InputT, ReportSources], ReportWriter]
    """Creates the writer with a language model."""
    about: Mapping[str, str] = field(default_factory=dict)
    """Further columns of the report."""
    states_figures: bool = True
    """Whether figures and dates of the sources are appended."""

    def writer(self, prepared: PreparedSources) -> ReportWriter:
        """Return the writer for the prepared sources."""
        if prepared.model is None:
            return self.extractive(self.input, prepared.evidence)
        return self.language(prepared.model, self.input, prepared.evidence)


class ReportResult(BaseModel):
    """A report or brief that was written."""

    model_config = ConfigDict(extra="forbid")

    report_id: uuid.UUID
    title: str
    sections: int = Field(description="Number of sections with a heading.")
    model: str = Field(description="Model that wrote the report.")
    partial: bool = Field(
        description="The text is complete, but not all of its files could be created."
    )
    warning: str = Field(description="What the reader should know; empty if there is nothing.")
    pages: int | None = Field(description="Pages of the PDF.")


def produce_report(job: JobContext, commission: WritingTask[Any]) -> ReportResult:
    """Write and store a report. Every stage is a durable step, so a retry continues."""
    prepared = prepare_sources(job, commission.input)
    draft = _draft(job, commission, prepared)
    job.progress(SUMMED_PERCENT, "Assembling the report")
    assembled = job.step_as(
        AssembledReport, "assemble", assemble, draft, prepared.listing, prepared.evidence
    )
    job.progress(ASSEMBLED_PERCENT, "Storing the report")
    title, model = draft.outline.title, prepared.settings.name
    kept = job.step("save", _save, job, commission, title, model, assembled)
    job.progress(SAVED_PERCENT, "Creating PDF, DOCX and HTML")
    formatted = job.step("format", _create_files, uuid.UUID(kept))
    job.progress(100, "Done")
    return ReportResult(
        report_id=uuid.UUID(kept),
        title=title,
        sections=len(draft.outline.parts),
        model=model,
        **formatted,
    )


def _draft(job: JobContext, commission: WritingTask[Any], prepared: PreparedSources) -> ReportDraft:
    writer = commission.writer(prepared)
    job.progress(PREPARED_PERCENT, "Planning the sections")
    outline = job.step_as(Outline, "outline", writer.outline)
    sections = _write(job, writer, outline)
    job.progress(WRITTEN_PERCENT, "Writing the summary")
    summary = job.step("summary", _summarize, writer, outline, sections)
    return ReportDraft(
        outline=outline,
        sections=[*([Section.model_validate(summary)] if summary else []), *sections],
        notice=writer.notice,
        pictures=prepared.pictures,
        problems=prepared.problems,
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
    """Return a callback that streams a section's text and advances the progress."""
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
