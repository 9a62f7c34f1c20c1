"""Job types that read documents. Only declarations: the web process imports this module."""

from datetime import timedelta

from documents import analyze, classify
from documents.analyze import Analyzed
from documents.classify import Classified
from documents.export import work
from documents.export.order import ExportDocument, Exported
from documents.images import processing
from documents.images.order import ProcessImages
from documents.images.processing import Operations, ProcessedImages
from documents.indexing.languages import UNKNOWN
from documents.orders import AnalyzeDocuments, ClassifyDocuments
from documents.searching import gathering
from documents.searching.evidence import Found
from documents.searching.order import EvidenceSearch
from documents.searching.scope import Scope
from jobs.context import JobContext
from jobs.registry import job_type
from jobs.retries import RetryPolicy


@job_type(
    "classify_documents",
    input=ClassifyDocuments,
    output=Classified,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=3),
    typical=(timedelta(seconds=5), timedelta(seconds=60)),
    poll_every=timedelta(seconds=2),
)
def classify_documents(job: JobContext, query: ClassifyDocuments) -> Classified:
    """Read each document, by OCR where a page has no text, and say what kind it is."""
    return classify.classify_all(job, query)


@job_type(
    "analyze_documents",
    input=AnalyzeDocuments,
    output=Analyzed,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=4),
    typical=(timedelta(seconds=5), timedelta(minutes=2)),
    poll_every=timedelta(seconds=2),
)
def analyze_documents(job: JobContext, query: AnalyzeDocuments) -> Analyzed:
    """Find what each document says: summary, parties, dates, amounts, and what was asked for.

    Every fact has its page and a quotation. Without a language model they are extracted.
    """
    return analyze.analyze_all(job, query)


@job_type(
    "export_document",
    input=ExportDocument,
    output=Exported,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=3),
    typical=(timedelta(seconds=2), timedelta(seconds=30)),
    poll_every=timedelta(seconds=2),
)
def export_document(job: JobContext, order: ExportDocument) -> Exported:
    """Write a document's text or a report as PDF, DOCX, HTML or Markdown, with its charts.

    The file is a new document; the same order gives the same one.
    """
    return work.export(job, order)


@job_type(
    "process_images",
    input=ProcessImages,
    output=ProcessedImages,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=3),
    typical=(timedelta(seconds=2), timedelta(seconds=30)),
    poll_every=timedelta(seconds=2),
)
def process_images(job: JobContext, query: ProcessImages) -> ProcessedImages:
    """Turn, strip, scale and convert images; each picture made is a new document."""
    operations = Operations(
        orient=query.orient,
        strip_metadata=query.strip_metadata,
        box=(query.resize.width, query.resize.height) if query.resize else None,
        thumbnails=query.thumbnails,
        format=query.format,
        quality=query.quality,
    )
    return processing.process_all(job, query.documents, operations)


@job_type(
    "evidence_search",
    input=EvidenceSearch,
    output=Found,
    queue="documents",
    timeout=timedelta(minutes=20),
    retry=RetryPolicy(max_attempts=gathering.TRIES),
    typical=(timedelta(seconds=1), timedelta(seconds=30)),
    poll_every=timedelta(seconds=1),
)
def evidence_search(job: JobContext, query: EvidenceSearch) -> Found:
    """Search the texts of the tenant's documents, and the web, for evidence."""
    scope = Scope(
        organization_id=job.organization_id,
        documents=query.documents,
        media_types=query.media_types,
        languages=query.languages and [UNKNOWN if c == "unknown" else c for c in query.languages],
        created_after=query.created_after,
        created_before=query.created_before,
        name=query.name,
    )
    return gathering.gather(
        job, query.query, query.scope, scope, limit=query.limit, read=query.read
    )
