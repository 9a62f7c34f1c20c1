"""The job `brief_generation`."""

from jobs.context import JobContext
from reports.briefs.extractive import ExtractiveBriefWriter
from reports.briefs.input import BriefOrder
from reports.briefs.language_model import LanguageBriefWriter
from reports.models import Report
from reports.records import decision_of
from reports.writing.production import Commission, ReportResult, produce


def write_brief(job: JobContext, order: BriefOrder) -> ReportResult:
    """Write the brief of a job."""
    return produce(
        job,
        Commission(
            kind=Report.Kind.BRIEF,
            order=order,
            extractive=ExtractiveBriefWriter,
            language=LanguageBriefWriter,
            about={"decision": decision_of(job, otherwise=job.subject or order.title)},
            states_figures=False,
        ),
    )
