"""The job `generate_report`."""

from jobs.context import JobContext
from reports.keeping import decision_of
from reports.models import Report
from reports.reporting.extractive import ExtractiveWriter
from reports.reporting.language import LanguageWriter
from reports.reporting.order import ReportOrder
from reports.writing.commission import Commission, ReportResult, produce


def generate(job: JobContext, order: ReportOrder) -> ReportResult:
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
