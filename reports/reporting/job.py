"""The job `generate_report`."""

from jobs.context import JobContext
from reports.models import Report
from reports.records import decision_of
from reports.reporting.extractive import ExtractiveWriter
from reports.reporting.input import ReportOrder
from reports.reporting.language_model import LanguageWriter
from reports.writing.production import Commission, ReportResult, produce


def write_report(job: JobContext, order: ReportOrder) -> ReportResult:
    """Write the report of a job."""
    return produce(
        job,
        Commission(
            kind=Report.Kind.REPORT,
            order=order,
            extractive=ExtractiveWriter,
            language=LanguageWriter,
            about={
                "decision": decision_of(job),
                "contract_name": order.contract_name,
                "location": order.location,
                "project": order.project,
            },
        ),
    )
