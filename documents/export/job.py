"""The `export_document` job: read, draw, render, store."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.core.files.base import ContentFile
from django.utils.text import slugify

from documents import reader, store
from documents.errors import NotStored
from documents.export.input import ExportDocumentInput, ExportedDocument, ExportFormat
from documents.export.structure import markdown_of, warnings_of
from documents.models import Document
from jobs.ai import reports
from jobs.ai.rendering import markdown, renderer
from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.embedded_images import embed_images
from jobs.ai.rendering.errors import RenderingFailed
from jobs.context import JobContext
from jobs.errors import InvalidInput

READ_PERCENT, DRAWN_PERCENT, WRITTEN_PERCENT = 60, 80, 95
"""Progress at the end of each stage, in percent."""


def export(job: JobContext, input: ExportDocumentInput) -> ExportedDocument:
    """Export a document or a report. A later attempt repeats neither the reading nor the storing.

    The result depends only on the exported content: the same input gives the same bytes, and so the
    same document.
    """
    if input.document is not None:
        job.step("read", _read, job, input.document)
    job.progress(READ_PERCENT, "Assembling the text")
    return job.step_as(ExportedDocument, "export", _export, job, input)


def _read(job: JobContext, id: uuid.UUID) -> int:
    """Read the pages that are not stored yet; return the number of pages."""
    document = reader.find(job.organization_id, id)

    def on_page(page: int, pages: int) -> None:
        message = f"Reading {document.name}, page {page} of {pages}"
        job.progress(READ_PERCENT * (page - 1) / pages, message)

    return len(reader.extract(document, on_page))


def _export(job: JobContext, input: ExportDocumentInput) -> ExportedDocument:
    paper, warnings = _paper(job, input)

    def on_image(image: int, images: int) -> None:
        share = (DRAWN_PERCENT - READ_PERCENT) * (image - 1) / images
        job.progress(READ_PERCENT + share, f"Drawing image {image} of {images}")

    drawn = embed_images(paper, job.organization_id, on_image)
    job.progress(DRAWN_PERCENT, f"Writing {input.format.upper()}")
    made = _render(drawn, input.format)
    warnings += [*dict.fromkeys(drawn.missing_images.values()), *_font_warnings(made.without_font)]
    job.progress(WRITTEN_PERCENT, "Storing the file")
    kept = _store(job, made.content, f"{slugify(paper.title)[:100] or 'export'}.{input.format}")
    return ExportedDocument(
        document=kept.pk,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        pages=made.pages,
        warnings=warnings,
    )


def _paper(job: JobContext, input: ExportDocumentInput) -> tuple[MarkdownDocument, list[str]]:
    if input.report is not None:
        paper = reports.read_report(job.organization_id, input.report)
        warnings = [paper.warning] if paper.warning else []
    else:
        assert input.document is not None  # noqa: S101  # the input has one of the two
        paper, warnings = _paper_of(reader.find(job.organization_id, input.document))
    return replace(paper, title=input.title or paper.title), warnings


def _paper_of(document: Document) -> tuple[MarkdownDocument, list[str]]:
    texts = reader.extract(document)
    text = markdown_of(document, texts)
    warnings = warnings_of(texts)
    if not text.strip():
        warnings.append("The document contains no text.")
    paper = MarkdownDocument(
        title=document.name,
        organization=document.organization.name,
        markdown=text,
        made_at=document.created_at,
        facts={"Document": document.name},
        warning=" ".join(warnings),
        language="",
    )
    return paper, warnings


def _store(job: JobContext, content: bytes, name: str) -> Document:
    """Store the file. If the content is stored already, its document is returned."""
    try:
        return store.add_job_output(job, ContentFile(content, name))
    except NotStored as refused:
        raise InvalidInput(f"The file cannot be stored. {refused.message}") from refused


def _render(paper: MarkdownDocument, format: ExportFormat) -> renderer.RenderedFile:
    if format == "md":
        content = markdown.render(paper).encode()
        return renderer.RenderedFile(content=content, pages=None, without_font=())
    try:
        return renderer.render_file(paper, format)
    except RenderingFailed as error:
        raise RenderingFailed(
            f"The {format.upper()} cannot be created. {error.message} Export it as Markdown."
        ) from error


def _font_warnings(scripts: Sequence[str]) -> list[str]:
    warning = "There is no font for {}: its letters are boxes in the PDF. Export as DOCX."
    return [warning.format(", ".join(scripts))] if scripts else []
