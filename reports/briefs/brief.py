"""The job `brief_generation`."""

from jobs.ai.models import LanguageModel
from jobs.context import JobContext
from reports.briefs.extractive import ExtractiveBriefWriter
from reports.briefs.language import LanguageBriefWriter, task
from reports.briefs.order import BriefOrder
from reports.decisions import decision_of
from reports.models import Report
from reports.orders import ReportResult
from reports.sources.evidence import Evidence
from reports.writing.commission import Commission, produce
from reports.writing.writer import Writer


def brief(job: JobContext, order: BriefOrder) -> ReportResult:
    """Write the brief of a job."""

    def writer(model: LanguageModel | None, evidence: Evidence) -> Writer:
        if model is None:
            return ExtractiveBriefWriter(order, evidence)
        return LanguageBriefWriter(model, order, evidence)

    return produce(
        job,
        Commission(
            kind=Report.Kind.BRIEF,
            order=order,
            task=task(order),
            writer=writer,
            about={"decision": decision_of(job, otherwise=job.subject or order.title)},
            states_figures=False,
        ),
    )
