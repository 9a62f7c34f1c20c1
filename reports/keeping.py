"""Keeping reports: one row and its files for a job, however often its steps run."""

import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

from jobs.ai.rendering import html, pdf, word
from jobs.ai.rendering.illustrating import illustrated
from jobs.ai.rendering.paper import Paper
from jobs.context import JobContext
from jobs.models import Job
from reports import files
from reports.assembling import Assembled
from reports.models import Report
from reports.orders import ReportOrder
from reports.papers import paper_of

log = logging.getLogger(__name__)

SAID = "The {} could not be made. The text is whole: export it as Markdown or HTML."
UNMADE = re.compile(re.escape(SAID).replace(r"\{\}", "[A-Z]+(?: and the [A-Z]+)*"))

Maker = Callable[[Report, Paper], None]


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


def attach_files(report_id: uuid.UUID) -> Report:
    """Make the files of a report; what cannot be made leaves the report kept and `partial`."""
    report = Report.objects.select_related("organization").get(pk=report_id)
    report.warning = UNMADE.sub("", report.warning).strip()  # of an attempt that was lost
    paper = _illustrated(report)
    unmade = [name.upper() for name, make in MAKERS.items() if not _made(report, name, make, paper)]
    report.partial = bool(unmade)
    if unmade:
        said = SAID.format(" and the ".join(unmade))
        report.warning = " ".join(filter(None, [report.warning, said]))
    report.save(update_fields=["partial", "warning", "pages", "pdf"])
    return report


def _illustrated(report: Report) -> Paper:
    paper = paper_of(report)
    try:
        return illustrated(paper, report.organization_id)
    except Exception:  # the text says what it would have shown
        log.exception("report %s: its pictures could not be made", report.pk)
        return paper


def _made(report: Report, format: files.Format, make: Maker, paper: Paper) -> bool:
    try:
        make(report, paper)
    except Exception:  # whatever breaks here, the text is written and worth keeping
        log.exception("report %s: its %s could not be made", report.pk, format)
        return False
    return True


def _pdf(report: Report, paper: Paper) -> None:
    made = pdf.render(paper)
    report.pdf.name = files.keep(report, "pdf", made.content)
    report.pages = made.pages


MAKERS: dict[files.Format, Maker] = {
    "pdf": _pdf,
    "docx": lambda report, paper: _keep(report, "docx", word.render(paper)),
    "html": lambda report, paper: _keep(report, "html", html.render(paper).encode()),
}


def _keep(report: Report, format: files.Format, content: bytes) -> None:
    files.keep(report, format, content)
