"""The job types of reports."""

from datetime import timedelta

from jobs.context import JobContext
from jobs.registry import Keep, job_type
from jobs.retries import RetryPolicy
from reports import generate
from reports.analysis import analyze
from reports.analysis.orders import Analysis, DataQuestion
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


@job_type(
    "analyze_data",
    input=DataQuestion,
    output=Analysis,
    timeout=timedelta(minutes=5),
    retry=RetryPolicy(max_attempts=4),
    typical=(timedelta(seconds=2), timedelta(seconds=30)),
    poll_every=timedelta(seconds=2),
)
def analyze_data(job: JobContext, question: DataQuestion) -> Analysis:
    """Answer a question about a table, with charts; put them on a dashboard where one is named.

    A language model plans and words the answer, and every figure is computed by our own code.
    Without a model the question is read by its keywords, and the answer says so.
    """
    return analyze.analyze(job, question)
