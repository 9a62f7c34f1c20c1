"""The job types of reports."""

from datetime import timedelta

from jobs.context import JobContext
from jobs.registry import RESEARCH_LIMITS, Retention, job_type
from jobs.retry_policy import RetryPolicy
from reports.briefs.input import BriefGenerationInput
from reports.briefs.job import write_brief
from reports.data.input import AnalyzeDataInput, DataResult
from reports.data.job import answer_question
from reports.options.analysis import OptionResult
from reports.options.input import OptionAnalysisInput
from reports.options.job import analyze_option
from reports.reporting.input import GenerateReportInput
from reports.reporting.job import write_report
from reports.research import competitor, market
from reports.research.findings import CompetitorResult, MarketResult
from reports.research.inputs import CompetitorAnalysisInput, MarketResearchInput
from reports.writing.production import ReportResult


@job_type(
    "generate_report",
    input=GenerateReportInput,
    output=ReportResult,
    timeout=timedelta(minutes=10),
    retry=RetryPolicy(max_attempts=4),
    typical_duration=(timedelta(seconds=20), timedelta(seconds=60)),
    poll_interval=timedelta(seconds=2),
    retention=Retention(completed=timedelta(hours=24)),
)
def generate_report(job: JobContext, order: GenerateReportInput) -> ReportResult:
    """Write a report from bullet points or a prompt and documents, as PDF, DOCX, HTML and Markdown.

    The report is kept when the job is purged. Without a language model its evidence is quoted
    from the documents, and it says so.
    """
    return write_report(job, order)


@job_type(
    "brief_generation",
    input=BriefGenerationInput,
    output=ReportResult,
    timeout=timedelta(minutes=10),
    retry=RetryPolicy(max_attempts=4),
    typical_duration=(timedelta(seconds=15), timedelta(seconds=60)),
    poll_interval=timedelta(seconds=2),
    limits=RESEARCH_LIMITS,
)
def brief_generation(job: JobContext, order: BriefGenerationInput) -> ReportResult:
    """Write a brief on a decision: its question, context, options, evidence, and what is open.

    It is kept as a report of the kind `job`. It recommends only what rests on the evidence.
    """
    return write_brief(job, order)


@job_type(
    "competitor_analysis",
    input=CompetitorAnalysisInput,
    output=CompetitorResult,
    queue="research",
    timeout=timedelta(minutes=2),
    pending_timeout=timedelta(minutes=5),
    retry=RetryPolicy(max_attempts=4),
    typical_duration=(timedelta(seconds=30), timedelta(seconds=90)),
    poll_interval=timedelta(seconds=3),
    retention=Retention(completed=timedelta(days=30), failed=timedelta(days=7)),
    limits=RESEARCH_LIMITS,
)
def competitor_analysis(job: JobContext, order: CompetitorAnalysisInput) -> CompetitorResult:
    """Profile a company from its site, news and reviews; every statement is quoted.

    News and reviews need a search provider, judgements a language model; what is missing is said.
    """
    return competitor.analyze_competitor(job, order)


@job_type(
    "market_research",
    input=MarketResearchInput,
    output=MarketResult,
    queue="research",
    timeout=timedelta(minutes=5),
    pending_timeout=timedelta(minutes=5),
    retry=RetryPolicy(max_attempts=4),
    typical_duration=(timedelta(seconds=20), timedelta(seconds=90)),
    poll_interval=timedelta(seconds=3),
    limits=RESEARCH_LIMITS,
)
def market_research(job: JobContext, order: MarketResearchInput) -> MarketResult:
    """Find evidence on a question in web pages and documents; every item is quoted.

    Without a search provider only the documents are read, and it says so.
    """
    return market.research_market(job, order)


@job_type(
    "option_analysis",
    input=OptionAnalysisInput,
    output=OptionResult,
    timeout=timedelta(minutes=10),
    retry=RetryPolicy(max_attempts=4),
    typical_duration=(timedelta(seconds=10), timedelta(seconds=60)),
    poll_interval=timedelta(seconds=2),
    limits=RESEARCH_LIMITS,
)
def option_analysis(job: JobContext, order: OptionAnalysisInput) -> OptionResult:
    """Analyse an option of a decision: a score for each criterion, pros, cons and risks.

    Each rests on named evidence; what a model says without any is listed apart. Without a language
    model the evidence is quoted for each criterion, and nothing is scored.
    """
    return analyze_option(job, order)


@job_type(
    "analyze_data",
    input=AnalyzeDataInput,
    output=DataResult,
    timeout=timedelta(minutes=5),
    retry=RetryPolicy(max_attempts=4),
    typical_duration=(timedelta(seconds=2), timedelta(seconds=30)),
    poll_interval=timedelta(seconds=2),
)
def analyze_data(job: JobContext, order: AnalyzeDataInput) -> DataResult:
    """Answer a question about a table, with charts; put them on a dashboard where one is named.

    A language model plans and words the answer, and every figure is computed by our own code.
    Without a model the question is read by its keywords, and the answer says so.
    """
    return answer_question(job, order)
