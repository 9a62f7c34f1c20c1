"""Renders the files of a report when its text is stored."""

import logging
import re
import uuid
from dataclasses import replace

from django.db import transaction

from jobs.ai.rendering import renderer
from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.embedded_images import embed_images
from jobs.errors import InvalidInput
from reports.files import store
from reports.files.papers import paper_of
from reports.models import Report, StoredRowQuerySet

log = logging.getLogger(__name__)

NOT_RENDERED = "The {} could not be created. The text is complete: export it as Markdown."
IMAGES_OMITTED = "The file could not be created with its images."
NOT_RENDERED_PATTERN = re.compile(
    re.escape(NOT_RENDERED).replace(r"\{\}", "[A-Z]+(?: and the [A-Z]+)*")
)


def attach_files(report_id: uuid.UUID) -> Report:
    """Render and store the files of a report; a failure leaves the report stored and `partial`.

    Raises `InvalidInput` if the report was deleted.
    """
    report = _existing(Report.objects.select_related("organization"), report_id)
    paper = _load_images(report)
    made = {kind: _render(report, kind, paper) for kind in store.FORMATS}
    with transaction.atomic():
        # A concurrent deletion waits for this lock and finds the files, or has happened already.
        kept = _existing(Report.objects.select_for_update(), report_id)
        names = {kind: _store(kept, kind, one) for kind, one in made.items()}
        unmade = [kind.upper() for kind, name in names.items() if name is None]
        message = NOT_RENDERED.format(" and the ".join(unmade)) if unmade else ""
        text = NOT_RENDERED_PATTERN.sub("", kept.warning).strip()  # left by a lost attempt
        kept.warning = " ".join(filter(None, [text, message]))
        kept.partial, kept.pdf.name = bool(unmade), names["pdf"] or ""
        kept.pages = made["pdf"].pages if made["pdf"] is not None and names["pdf"] else None
        kept.save(update_fields=["partial", "warning", "pages", "pdf"])
    return kept


def _existing(reports: StoredRowQuerySet[Report], report_id: uuid.UUID) -> Report:
    report = reports.filter(pk=report_id).first()
    if report is None:
        raise InvalidInput("The report was deleted before its files were made.")
    return report


def _load_images(report: Report) -> MarkdownDocument:
    paper = paper_of(report)
    try:
        return embed_images(paper, report.organization_id)
    except Exception:  # the text describes the images
        log.exception("report %s: the images could not be loaded", report.pk)
        return paper


def _render(
    report: Report, format: store.FileFormat, paper: MarkdownDocument
) -> renderer.RenderedFile | None:
    try:
        return renderer.render_file(paper, format)
    except Exception:  # a rendering error must not lose the text
        if not paper.images:
            log.exception("report %s: the %s could not be created", report.pk, format)
            return None
        message = "report %s: the %s could not be created with its images; retrying without"
        log.warning(message, report.pk, format, exc_info=True)
    missing = {**paper.missing_images, **dict.fromkeys(paper.images, IMAGES_OMITTED)}
    return _render(report, format, replace(paper, images={}, missing_images=missing))


def _store(
    report: Report, format: store.FileFormat, made: renderer.RenderedFile | None
) -> str | None:
    if made is None:
        return None
    try:
        return store.save_file(report, format, made.content)
    except Exception:  # a full disk or an unavailable store must not lose the text
        log.exception("report %s: the %s could not be stored", report.pk, format)
        return None
