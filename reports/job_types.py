"""Declarations of the job types of reports."""

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
def generate_report(job: JobContext, input: GenerateReportInput) -> ReportResult:
    """Write a report from bullet points or a prompt and documents, as PDF, DOCX, HTML and Markdown.

    The report outlives the job. Without a language model it quotes its evidence from the documents,
    and says so.
    """
    return write_report(job, input)


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
def brief_generation(job: JobContext, input: BriefGenerationInput) -> ReportResult:
    """Write a brief on a decision: question, context, options, evidence and open points.

    It is stored as a report of the kind `brief`. It recommends only what the evidence supports.
    """
    return write_brief(job, input)


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
def competitor_analysis(job: JobContext, input: CompetitorAnalysisInput) -> CompetitorResult:
    """Profile a company from its site, news and reviews; every statement has a quotation.

    News and reviews need a search provider, judgements a language model; the output lists what is
    missing.
    """
    return competitor.analyze_competitor(job, input)


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
def market_research(job: JobContext, input: MarketResearchInput) -> MarketResult:
    """Find evidence on a question in web pages and documents; every item has a quotation.

    Without a search provider only the documents are read, and the output says so.
    """
    return market.research_market(job, input)


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
def option_analysis(job: JobContext, input: OptionAnalysisInput) -> OptionResult:
    """Analyze an option of a decision: a score per criterion, pros, cons and risks.

    Each rests on named evidence; claims of the model without evidence are listed separately.
    Without a language model the evidence is quoted for each criterion, and nothing is scored.
    """
    return analyze_option(job, input)


@job_type(
    "analyze_data",
    input=AnalyzeDataInput,
    output=DataResult,
    timeout=timedelta(minutes=5),
    retry=RetryPolicy(max_attempts=4),
    typical_duration=(timedelta(seconds=2), timedelta(seconds=30)),
    poll_interval=timedelta(seconds=2),
)
def analyze_data(job: JobContext, input: AnalyzeDataInput) -> DataResult:
    """Answer a question about a table, with charts; put them on a dashboard if one is given.

    A language model plans and words the answer; every figure is computed by Conveyor's own code.
    Without a model the question is interpreted by its keywords, and the answer says so.
    """
    return answer_question(job, input)
