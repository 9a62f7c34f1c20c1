"""The `generate_report` job."""

from jobs.context import JobContext
from reports.models import Report
from reports.records import decision_of
from reports.reporting.extractive import ExtractiveReportWriter
from reports.reporting.input import GenerateReportInput
from reports.reporting.language_model import LanguageModelReportWriter
from reports.writing.production import ReportResult, WritingTask, produce_report


def write_report(job: JobContext, input: GenerateReportInput) -> ReportResult:
    """Write and store the report of a job."""
    return produce_report(
        job,
        WritingTask(
            kind=Report.Kind.REPORT,
            input=input,
            extractive=ExtractiveReportWriter,
            language=LanguageModelReportWriter,
            about={
                "decision": decision_of(job),
                "contract_name": input.contract_name,
                "location": input.location,
                "project": input.project,
            },
        ),
    )
