"""The work of `export_document`: read, draw, write, keep."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.core.files.base import ContentFile
from django.utils.text import slugify

from documents import reader, store
from documents.errors import NotKept
from documents.export.input import Exported, ExportOrder, Format
from documents.export.structure import markdown_of, warnings_of
from documents.models import Document
from jobs.ai import reports
from jobs.ai.rendering import markdown, renderer
from jobs.ai.rendering.document import Paper
from jobs.ai.rendering.embedded_images import illustrated
from jobs.ai.rendering.errors import NotMade
from jobs.context import JobContext
from jobs.errors import InvalidInput

READ, DRAWN, WRITTEN = 60, 80, 95
"""Percent of the job that each stage ends at."""


def export(job: JobContext, order: ExportOrder) -> Exported:
    """Export a document or a report. A later attempt reads no page again, and keeps no second file.

    What is made depends on nothing but what is exported: the same order gives the same bytes, and
    so the same document.
    """
    if order.document is not None:
        job.step("read", _read, job, order.document)
    job.progress(READ, "Putting the text together")
    return job.step_as(Exported, "export", _export, job, order)


def _read(job: JobContext, id: uuid.UUID) -> int:
    """Read the pages that were never read before, and give their number."""
    document = reader.find(job.organization_id, id)

    def on_page(page: int, pages: int) -> None:
        message = f"Reading {document.name}, page {page} of {pages}"
        job.progress(READ * (page - 1) / pages, message)

    return len(reader.extract(document, on_page))


def _export(job: JobContext, order: ExportOrder) -> Exported:
    paper, warnings = _paper(job, order)

    def on_picture(picture: int, pictures: int) -> None:
        share = (DRAWN - READ) * (picture - 1) / pictures
        job.progress(READ + share, f"Drawing picture {picture} of {pictures}")

    drawn = illustrated(paper, job.organization_id, on_picture)
    job.progress(DRAWN, f"Writing {order.format.upper()}")
    made = _written(drawn, order.format)
    warnings += [*dict.fromkeys(drawn.missing.values()), *_boxes(made.without_font)]
    job.progress(WRITTEN, "Keeping the file")
    kept = _keep(job, made.content, f"{slugify(paper.title)[:100] or 'export'}.{order.format}")
    return Exported(
        document=kept.pk,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        pages=made.pages,
        warnings=warnings,
    )


def _paper(job: JobContext, order: ExportOrder) -> tuple[Paper, list[str]]:
    if order.report is not None:
        paper = reports.read_report(job.organization_id, order.report)
        warnings = [paper.warning] if paper.warning else []
    else:
        assert order.document is not None  # noqa: S101  # the order names one of the two
        paper, warnings = _paper_of(reader.find(job.organization_id, order.document))
    return replace(paper, title=order.title or paper.title), warnings


def _paper_of(document: Document) -> tuple[Paper, list[str]]:
    texts = reader.extract(document)
    text = markdown_of(document, texts)
    warnings = warnings_of(texts)
    if not text.strip():
        warnings.append("No text was found in the document.")
    paper = Paper(
        title=document.name,
        organization=document.organization.name,
        markdown=text,
        made_at=document.created_at,
        facts={"Document": document.name},
        warning=" ".join(warnings),
        language="",
    )
    return paper, warnings


def _keep(job: JobContext, content: bytes, name: str) -> Document:
    """Store the file. Content that is stored already gives the document that it has."""
    try:
        return store.keep(job, ContentFile(content, name))
    except NotKept as refused:
        raise InvalidInput(f"The file cannot be kept. {refused.message}") from refused


def _written(paper: Paper, format: Format) -> renderer.Made:
    if format == "md":
        content = markdown.render(paper).encode()
        return renderer.Made(content=content, pages=None, without_font=())
    try:
        return renderer.make(paper, format)
    except NotMade as error:
        raise NotMade(
            f"The {format.upper()} cannot be made. {error.message} Export it as Markdown."
        ) from error


def _boxes(scripts: Sequence[str]) -> list[str]:
    said = "There is no font for {}: those letters are boxes in the PDF. Export as DOCX."
    return [said.format(", ".join(scripts))] if scripts else []
