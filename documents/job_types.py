"""Job types that read documents. Only declarations: the web process imports this module."""

from datetime import timedelta

from documents.analysis.job import Analyzed, analyze_all
from documents.classification.job import Classified, classify_all
from documents.export.input import Exported, ExportOrder
from documents.export.job import export
from documents.images.input import ImagesOrder
from documents.images.job import Operations, ProcessedImages, process_all
from documents.indexing.languages import UNKNOWN
from documents.inputs import AnalysisOrder, ClassificationOrder
from documents.search.evidence import Found
from documents.search.input import SearchOrder
from documents.search.job import TRIES, gather
from documents.search.scope import Scope
from jobs.context import JobContext
from jobs.registry import RESEARCH_LIMITS, job_type
from jobs.retry_policy import RetryPolicy


@job_type(
    "classify_documents",
    input=ClassificationOrder,
    output=Classified,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=3),
    typical_duration=(timedelta(seconds=5), timedelta(seconds=60)),
    poll_interval=timedelta(seconds=2),
)
def classify_documents(job: JobContext, order: ClassificationOrder) -> Classified:
    """Read each document, by OCR where a page has no text, and say what kind it is."""
    return classify_all(job, order)


@job_type(
    "analyze_documents",
    input=AnalysisOrder,
    output=Analyzed,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=4),
    typical_duration=(timedelta(seconds=5), timedelta(minutes=2)),
    poll_interval=timedelta(seconds=2),
)
def analyze_documents(job: JobContext, order: AnalysisOrder) -> Analyzed:
    """Find what each document says: summary, parties, dates, amounts, and what was asked for.

    Every fact has its page and a quotation. Without a language model they are extracted.
    """
    return analyze_all(job, order)


@job_type(
    "export_document",
    input=ExportOrder,
    output=Exported,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=3),
    typical_duration=(timedelta(seconds=2), timedelta(seconds=30)),
    poll_interval=timedelta(seconds=2),
)
def export_document(job: JobContext, order: ExportOrder) -> Exported:
    """Write a document's text or a report as PDF, DOCX, HTML or Markdown, with its charts.

    The file is a new document; the same order gives the same one.
    """
    return export(job, order)


@job_type(
    "process_images",
    input=ImagesOrder,
    output=ProcessedImages,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=3),
    typical_duration=(timedelta(seconds=2), timedelta(seconds=30)),
    poll_interval=timedelta(seconds=2),
)
def process_images(job: JobContext, order: ImagesOrder) -> ProcessedImages:
    """Turn, strip, scale and convert images; each picture made is a new document."""
    operations = Operations(
        orient=order.orient,
        strip_metadata=order.strip_metadata,
        box=(order.resize.width, order.resize.height) if order.resize else None,
        thumbnails=order.thumbnails,
        format=order.format,
        quality=order.quality,
    )
    return process_all(job, order.documents, operations)


@job_type(
    "evidence_search",
    input=SearchOrder,
    output=Found,
    queue="documents",
    timeout=timedelta(minutes=20),
    retry=RetryPolicy(max_attempts=TRIES),
    typical_duration=(timedelta(seconds=1), timedelta(seconds=30)),
    poll_interval=timedelta(seconds=1),
    limits=RESEARCH_LIMITS,
)
def evidence_search(job: JobContext, order: SearchOrder) -> Found:
    """Search the texts of the tenant's documents, and the web, for evidence."""
    scope = Scope(
        organization_id=job.organization_id,
        documents=order.documents,
        media_types=order.media_types,
        languages=order.languages and [UNKNOWN if c == "unknown" else c for c in order.languages],
        created_after=order.created_after,
        created_before=order.created_before,
        name=order.name,
    )
    return gather(job, order.query, order.scope, scope, limit=order.limit, read=order.read)
