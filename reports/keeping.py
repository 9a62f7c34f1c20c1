"""Keeping reports: one row and one PDF for a job, however often its steps run."""

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from jobs.context import JobContext
from jobs.errors import InvalidInput
from jobs.models import Job
from reports.assembling import Assembled
from reports.models import Report, ReportQuerySet, pdf_path
from reports.rendering import pdf

log = logging.getLogger(__name__)

NO_PDF = "The PDF could not be made. The text is whole: export it as Markdown or HTML."


def keep(job: JobContext, about: Mapping[str, str], assembled: Assembled) -> uuid.UUID:
    """Store the report of a job, or store it again, and give its id.

    `about` has its title, kind and model, and further columns.
    """
    content: dict[str, Any] = {
        **about,
        "organization_id": job.organization_id,
        "owner_id": job.owner_id,
        "subject": job.subject,
        "markdown": assembled.markdown,
        "warning": assembled.warning,
        "sources": assembled.sources,
        "usage": usage_of(job),
    }
    report, _ = Report.objects.update_or_create(job_id=job.id, defaults=content)
    return report.pk


def usage_of(job: JobContext) -> Any:
    """Give what the calls of models for a job have used so far."""
    return Job.objects.values_list("usage", flat=True).get(pk=job.id)


def attach_pdf(report_id: uuid.UUID) -> Report:
    """Make the PDF of a report; one that cannot be made leaves the report kept and `partial`.

    Raises `InvalidInput` where the report was deleted.
    """
    report = _existing(Report.objects.select_related("organization"), report_id)
    made = _rendered(report)
    with transaction.atomic():
        # Whoever deletes the report waits for this and finds the file, or was first.
        kept = _existing(Report.objects.select_for_update(), report_id)
        kept.pages = made.pages if made is not None and _stored(kept, made.content) else None
        kept.partial = kept.pages is None
        text = kept.warning.removesuffix(NO_PDF).strip()  # of an attempt that was lost
        kept.warning = " ".join(filter(None, [text, NO_PDF if kept.partial else ""]))
        kept.save(update_fields=["partial", "warning", "pages", "pdf"])
    return kept


def remove(report: Report) -> None:
    """Delete a report, and its file when that is certain."""
    storage, name = report.pdf.storage, str(report.pdf.name or "")
    # The file of an attempt that is under way has no row yet that names it: its name is known.
    path = name or pdf_path(report, "")
    Report.objects.filter(pk=report.pk).delete()
    transaction.on_commit(lambda: storage.delete(path), robust=True)


def _existing(reports: ReportQuerySet, report_id: uuid.UUID) -> Report:
    report = reports.filter(pk=report_id).first()
    if report is None:
        raise InvalidInput("The report was deleted before its PDF was made.")
    return report


def _rendered(report: Report) -> pdf.Pdf | None:
    try:
        return pdf.render(report)
    except Exception:  # whatever breaks here, the text is written and worth keeping
        log.exception("report %s: its PDF could not be made", report.pk)
        return None


def _stored(report: Report, content: bytes) -> bool:
    field = report.pdf.field
    name = field.generate_filename(report, "")
    try:
        # An earlier attempt may have left the file: storages would put the new one beside it.
        if report.pdf.storage.exists(name):
            report.pdf.storage.delete(name)
        report.pdf.save(name, ContentFile(content), save=False)
    except Exception:  # a full disk, a storage that is away: the text is kept all the same
        log.exception("report %s: its PDF could not be stored", report.pk)
        return False
    return True
