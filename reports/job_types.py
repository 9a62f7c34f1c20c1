"""The job types of reports."""

from datetime import timedelta

from jobs.context import JobContext
from jobs.registry import Keep, job_type
from jobs.retries import RetryPolicy
from reports import generate
from reports.orders import ReportOrder, ReportResult


@job_type(
    "generate_report",
    input=ReportOrder,
    output=ReportResult,
    timeout=timedelta(minutes=10),
    retry=RetryPolicy(max_attempts=4),
    typical=(timedelta(seconds=20), timedelta(seconds=60)),
    poll_every=timedelta(seconds=2),
    keep=Keep(completed=timedelta(hours=24)),
)
def generate_report(job: JobContext, order: ReportOrder) -> ReportResult:
    """Write a report from bullet points or a prompt and documents, as Markdown and as PDF.

    The report is kept when the job is purged. Without a language model its evidence is quoted
    from the documents, and it says so.
    """
    return generate.generate(job, order)
