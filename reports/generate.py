"""The job `generate_report`: read, plan, write section by section, keep, format."""

import math
import uuid
from typing import Any

from jobs.ai import metering, models
from jobs.ai.models import ModelSettings
from jobs.context import JobContext
from reports import keeping
from reports.assembling import Assembled, Draft, assemble
from reports.evidence import Evidence, Listed
from reports.orders import ReportOrder, ReportResult
from reports.writing.extractive import ExtractiveWriter
from reports.writing.language import LanguageWriter
from reports.writing.writer import OnText, Outline, Section, Writer

READ, PLANNED, WRITTEN, SUMMED, ASSEMBLED, KEPT = 10, 15, 80, 86, 88, 90
"""Percent of the job that each stage ends at."""
USUAL_SECTION = 1500
"""Characters."""


def generate(job: JobContext, order: ReportOrder) -> ReportResult:
    """Write the report of a job. Every stage is a durable step: a later attempt goes on."""
    settings = models.choose(order.model)

    def on_document(place: int, total: int) -> None:
        job.progress(READ * place / (total + 1), f"Reading document {place} of {total}")

    evidence = Evidence(job.organization_id, order.documents, on_document)
    writer = writer_for(settings, job, order, evidence)

    job.progress(1, "Reading the order")
    listing = [Listed.model_validate(one) for one in job.step("sources", _listed, evidence)]
    draft = _draft(job, writer)
    job.progress(SUMMED, "Putting the report together")
    notice = writer.notice
    assembled = job.step_as(Assembled, "assemble", assemble, draft, listing, evidence, notice)
    job.progress(ASSEMBLED, "Keeping the report")
    title = draft.outline.title
    kept = job.step("save", lambda: str(keeping.keep(job, order, title, settings.name, assembled)))
    job.progress(KEPT, "Making PDF, DOCX and HTML")
    formatted = job.step("format", _formatted, uuid.UUID(kept))
    job.progress(100, "Done")
    return ReportResult(
        report_id=uuid.UUID(kept),
        title=title,
        sections=len(draft.sections),
        model=settings.name,
        **formatted,
    )


def writer_for(
    settings: ModelSettings, job: JobContext, order: ReportOrder, evidence: Evidence
) -> Writer:
    """Give the writer that works with the chosen model, and lets the job know what it uses."""
    if not settings.is_language_model:
        return ExtractiveWriter(order, evidence)
    return LanguageWriter(models.connect(settings.name, metering.of(job)), order, evidence)


def _draft(job: JobContext, writer: Writer) -> Draft:
    job.progress(READ, "Planning the sections")
    outline = job.step_as(Outline, "outline", writer.outline)
    sections = _write(job, writer, outline)
    job.progress(WRITTEN, "Writing the summary")
    summary = job.step_as(Section, "summary", writer.summary, outline, sections)
    return Draft(outline=outline, sections=sections, summary=summary)


def _write(job: JobContext, writer: Writer, outline: Outline) -> list[Section]:
    total = len(outline.parts)
    share = (WRITTEN - PLANNED) / total
    sections = []
    for place, part in enumerate(outline.parts):
        message = f"Writing section {place + 1} of {total}: {part.heading}"
        follow = _follower(job, part.heading, PLANNED + place * share, share, message)
        follow("")
        name = f"section-{place + 1}"
        sections.append(job.step_as(Section, name, writer.section, part, outline, follow))
    return sections


def _follower(job: JobContext, heading: str, begin: float, share: float, message: str) -> OnText:
    """Show a section's text while it comes in, and move the progress through its share."""
    written = 0

    def on_text(piece: str) -> None:
        nonlocal written
        if piece:
            job.write(piece if written else f"\n\n## {heading}\n\n{piece}")
        written += len(piece)
        job.progress(begin + share * (1 - math.exp(-written / USUAL_SECTION)), message)

    return on_text


def _listed(evidence: Evidence) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in evidence.listing()]


def _formatted(report_id: uuid.UUID) -> dict[str, Any]:
    report = keeping.attach_files(report_id)
    return {"partial": report.partial, "warning": report.warning, "pages": report.pages}
