"""The job `generate_report`."""

from jobs.context import JobContext
from reports.models import Report
from reports.records import decision_of
from reports.reporting.extractive import ExtractiveReportWriter
from reports.reporting.input import GenerateReportInput
from reports.reporting.language_model import LanguageModelReportWriter
from reports.writing.production import ReportResult, WritingTask, produce_report


def write_report(job: JobContext, order: GenerateReportInput) -> ReportResult:
    """Write the report of a job."""
    return produce_report(
        job,
        WritingTask(
            kind=Report.Kind.REPORT,
            order=order,
            extractive=ExtractiveReportWriter,
            language=LanguageModelReportWriter,
            about={
                "decision": decision_of(job),
                "contract_name": order.contract_name,
                "location": order.location,
                "project": order.project,
            },
        ),
    )
