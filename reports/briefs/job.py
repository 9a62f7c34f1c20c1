"""The `brief_generation` job."""

from jobs.context import JobContext
from reports.briefs.extractive import ExtractiveBriefWriter
from reports.briefs.input import BriefGenerationInput
from reports.briefs.language_model import LanguageModelBriefWriter
from reports.models import Report
from reports.records import decision_of
from reports.writing.production import ReportResult, WritingTask, produce_report


def write_brief(job: JobContext, input: BriefGenerationInput) -> ReportResult:
    """Write and store the brief of a job."""
    return produce_report(
        job,
        WritingTask(
            kind=Report.Kind.BRIEF,
            input=input,
            extractive=ExtractiveBriefWriter,
            language=LanguageModelBriefWriter,
            about={"decision": decision_of(job, otherwise=job.subject or input.title)},
            states_figures=False,
        ),
    )
