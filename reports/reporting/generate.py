"""The job `generate_report`."""

from jobs.ai.models import LanguageModel
from jobs.context import JobContext
from reports.decisions import decision_of
from reports.models import Report
from reports.orders import ReportOrder, ReportResult
from reports.reporting.extractive import ExtractiveWriter
from reports.sources import excerpts
from reports.sources.evidence import Evidence
from reports.writing.commission import Commission, produce
from reports.writing.sections import LanguageWriter
from reports.writing.writer import Writer


def generate(job: JobContext, order: ReportOrder) -> ReportResult:
    """Write the report of a job."""

    def writer(model: LanguageModel | None, evidence: Evidence) -> Writer:
        if model is None:
            return ExtractiveWriter(order, evidence)
        return LanguageWriter(model, order, evidence)

    return produce(
        job,
        Commission(
            kind=Report.Kind.REPORT,
            order=order,
            task=excerpts.task(order),
            writer=writer,
            about={
                "decision": decision_of(job),
                "contract_name": order.contract_name,
                "location": order.location,
                "project": order.project,
            },
        ),
    )
