"""The job `brief_generation`."""

from jobs.context import JobContext
from reports.briefs.extractive import ExtractiveBriefWriter
from reports.briefs.input import BriefGenerationInput
from reports.briefs.language_model import LanguageModelBriefWriter
from reports.models import Report
from reports.records import decision_of
from reports.writing.production import ReportResult, WritingTask, produce_report


def write_brief(job: JobContext, order: BriefGenerationInput) -> ReportResult:
    """Write the brief of a job."""
    return produce_report(
        job,
        WritingTask(
            kind=Report.Kind.BRIEF,
            order=order,
            extractive=ExtractiveBriefWriter,
            language=LanguageModelBriefWriter,
            about={"decision": decision_of(job, otherwise=job.subject or order.title)},
            states_figures=False,
        ),
    )
