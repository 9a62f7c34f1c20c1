"""The job `brief_generation`."""

from jobs.context import JobContext
from reports.briefs.extractive import ExtractiveBriefWriter
from reports.briefs.language import LanguageBriefWriter
from reports.briefs.order import BriefOrder
from reports.keeping import decision_of
from reports.models import Report
from reports.writing.commission import Commission, ReportResult, produce


def brief(job: JobContext, order: BriefOrder) -> ReportResult:
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
