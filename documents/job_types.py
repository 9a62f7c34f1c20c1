"""Declarations of the job types that read documents. The web process imports this module."""

from datetime import timedelta

from documents.analysis.job import AnalyzedDocuments, analyze_all
from documents.classification.job import ClassifiedDocuments, classify_all
from documents.export.input import ExportDocumentInput, ExportedDocument
from documents.export.job import export
from documents.images.input import ProcessImagesInput
from documents.images.job import Operations, ProcessedImages, process_all
from documents.indexing.languages import UNKNOWN
from documents.inputs import AnalyzeDocumentsInput, ClassifyDocumentsInput
from documents.search.evidence import FoundEvidence
from documents.search.input import EvidenceSearchInput
from documents.search.job import MAX_ATTEMPTS, search_evidence
from documents.search.scope import SearchScope
from jobs.context import JobContext
from jobs.registry import RESEARCH_LIMITS, job_type
from jobs.retry_policy import RetryPolicy


@job_type(
    "classify_documents",
    input=ClassifyDocumentsInput,
    output=ClassifiedDocuments,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=3),
    typical_duration=(timedelta(seconds=5), timedelta(seconds=60)),
    poll_interval=timedelta(seconds=2),
)
def classify_documents(job: JobContext, input: ClassifyDocumentsInput) -> ClassifiedDocuments:
    """Read each document (by OCR if a page has no text) and determine its category."""
    return classify_all(job, input)


@job_type(
    "analyze_documents",
    input=AnalyzeDocumentsInput,
    output=AnalyzedDocuments,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=4),
    typical_duration=(timedelta(seconds=5), timedelta(minutes=2)),
    poll_interval=timedelta(seconds=2),
)
def analyze_documents(job: JobContext, input: AnalyzeDocumentsInput) -> AnalyzedDocuments:
    """Extract from each document: summary, parties, dates, amounts, requested fields and answers.

    Every fact has its page and a quotation. Without a language model, facts are extracted by rules.
    """
    return analyze_all(job, input)


@job_type(
    "export_document",
    input=ExportDocumentInput,
    output=ExportedDocument,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=3),
    typical_duration=(timedelta(seconds=2), timedelta(seconds=30)),
    poll_interval=timedelta(seconds=2),
)
def export_document(job: JobContext, input: ExportDocumentInput) -> ExportedDocument:
    """Export the text of a document or a report as PDF, DOCX, HTML or Markdown, with its charts.

    The file is a new document; the same input gives the same document.
    """
    return export(job, input)


@job_type(
    "process_images",
    input=ProcessImagesInput,
    output=ProcessedImages,
    queue="documents",
    timeout=timedelta(minutes=60),
    retry=RetryPolicy(max_attempts=3),
    typical_duration=(timedelta(seconds=2), timedelta(seconds=30)),
    poll_interval=timedelta(seconds=2),
)
def process_images(job: JobContext, input: ProcessImagesInput) -> ProcessedImages:
    """Rotate, strip, scale and convert images. Each resulting image is a new document."""
    operations = Operations(
        orient=input.orient,
        strip_metadata=input.strip_metadata,
        box=(input.resize.width, input.resize.height) if input.resize else None,
        thumbnails=input.thumbnails,
        format=input.format,
        quality=input.quality,
    )
    return process_all(job, input.documents, operations)


@job_type(
    "evidence_search",
    input=EvidenceSearchInput,
    output=FoundEvidence,
    queue="documents",
    timeout=timedelta(minutes=20),
    retry=RetryPolicy(max_attempts=MAX_ATTEMPTS),
    typical_duration=(timedelta(seconds=1), timedelta(seconds=30)),
    poll_interval=timedelta(seconds=1),
    limits=RESEARCH_LIMITS,
)
def evidence_search(job: JobContext, input: EvidenceSearchInput) -> FoundEvidence:
    """Search the texts of the tenant's documents, and the web, for evidence."""
    scope = SearchScope(
        organization_id=job.organization_id,
        documents=input.documents,
        media_types=input.media_types,
        languages=input.languages and [UNKNOWN if c == "unknown" else c for c in input.languages],
        created_after=input.created_after,
        created_before=input.created_before,
        name=input.name,
    )
    return search_evidence(job, input.query, input.scope, scope, limit=input.limit, read=input.read)
