"""Keeping reports: one row and one PDF for a job, however often its steps run."""

import logging
import uuid
from typing import Any

from django.core.files.base import ContentFile

from jobs.ai.rendering import pdf
from jobs.context import JobContext
from jobs.models import Job
from reports.assembling import Assembled
from reports.models import Report
from reports.orders import ReportOrder
from reports.papers import paper_of

log = logging.getLogger(__name__)

NO_PDF = "The PDF could not be made. The text is whole: export it as Markdown or HTML."


def keep(
    job: JobContext, order: ReportOrder, title: str, model: str, assembled: Assembled
) -> uuid.UUID:
    """Store the report of a job, or store it again; give its id."""
    usage = Job.objects.values_list("usage", flat=True).get(pk=job.id)
    content: dict[str, Any] = {
        "organization_id": job.organization_id,
        "owner_id": job.owner_id,
        "title": title,
        "subject": job.subject,
        "contract_name": order.contract_name,
        "location": order.location,
        "project": order.project,
        "markdown": assembled.markdown,
        "model": model,
        "warning": assembled.warning,
        "sources": assembled.sources,
        "usage": usage,
    }
    report, _ = Report.objects.update_or_create(job_id=job.id, defaults=content)
    return report.pk


def attach_pdf(report_id: uuid.UUID) -> Report:
    """Make the PDF of a report; one that cannot be made leaves the report kept and `partial`."""
    report = Report.objects.select_related("organization").get(pk=report_id)
    report.warning = report.warning.removesuffix(NO_PDF).strip()  # of an attempt that was lost
    try:
        made = pdf.render(paper_of(report))
        _store(report, made.content)
    except Exception:  # whatever breaks here, the text is written and worth keeping
        log.exception("report %s: its PDF could not be made", report_id)
        report.partial = True
        report.warning = " ".join(filter(None, [report.warning, NO_PDF]))
    else:
        report.partial, report.pages = False, made.pages
    report.save(update_fields=["partial", "warning", "pages", "pdf"])
    return report


def _store(report: Report, content: bytes) -> None:
    # An earlier attempt may have left the file: storages would put the new one beside it.
    field = report.pdf.field
    name = field.generate_filename(report, "")
    if report.pdf.storage.exists(name):
        report.pdf.storage.delete(name)
    report.pdf.save(name, ContentFile(content), save=False)
