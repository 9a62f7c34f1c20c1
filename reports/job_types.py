"""The job types of reports."""

from datetime import timedelta

from jobs.context import JobContext
from jobs.registry import PER_TENANT, Keep, Limit, job_type
from jobs.retries import RetryPolicy
from reports import generate
from reports.orders import ReportOrder, ReportResult
from reports.research import competitor, market
from reports.research.findings import MarketResult, ProfileResult
from reports.research.orders import CompetitorQuery, MarketQuery


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
    "competitor_analysis",
    input=CompetitorQuery,
    output=ProfileResult,
    queue="research",
    timeout=timedelta(minutes=2),
    pending_timeout=timedelta(minutes=5),
    retry=RetryPolicy(max_attempts=4),
    typical=(timedelta(seconds=30), timedelta(seconds=90)),
    poll_every=timedelta(seconds=3),
    limits=(*PER_TENANT, Limit(scope="subject", size=2)),
    keep=Keep(completed=timedelta(days=30), failed=timedelta(days=7)),
)
def competitor_analysis(job: JobContext, query: CompetitorQuery) -> ProfileResult:
    """Profile a company from its site, news and reviews; every statement is quoted.

    News and reviews need a search provider, judgements a language model; what is missing is said.
    """
    return competitor.analyze(job, query)


@job_type(
    "market_research",
    input=MarketQuery,
    output=MarketResult,
    queue="research",
    timeout=timedelta(minutes=5),
    pending_timeout=timedelta(minutes=5),
    retry=RetryPolicy(max_attempts=4),
    typical=(timedelta(seconds=20), timedelta(seconds=90)),
    poll_every=timedelta(seconds=3),
)
def market_research(job: JobContext, query: MarketQuery) -> MarketResult:
    """Find evidence on a question in web pages and documents; every item is quoted.

    Without a search provider only the documents are read, and it says so.
    """
    return market.research(job, query)
