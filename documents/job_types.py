"""Job types that read documents. Only declarations: the web process imports this module."""

import uuid
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from documents import classify
from documents.classification import Category
from documents.classify import Classified
from documents.export import work
from documents.export.order import ExportDocument, Exported
from jobs.ai import sources
from jobs.context import JobContext
from jobs.errors import Fault
from jobs.registry import job_type
from jobs.retries import RetryPolicy


class OwnCategory(BaseModel):
    """A category of the caller's own."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=100, examples=["complaint"])
    description: str = Field(
        "",
        max_length=2000,
        description="Words that such documents use.",
        examples=["A customer complains about a delivery or asks for a refund"],
    )


class ClassifyDocuments(BaseModel):
    """Which documents to classify, and into what."""

    model_config = ConfigDict(extra="forbid", strict=True)

    documents: Annotated[list[uuid.UUID], Field(min_length=1, max_length=200)] = Field(
        description="Ids of uploaded documents.",
        examples=[["0199c2a4-6f1e-7c3a-9d55-3b1f6a0e8d21"]],
    )
    categories: Annotated[list[OwnCategory], Field(min_length=2, max_length=50)] | None = Field(
        None, description="Categories to choose from; the default set where not given."
    )

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Give a fault for each document that is not there, or is named twice."""
        return [*self._repeated(), *sources.faults(organization_id, self.documents)]

    def _repeated(self) -> list[Fault]:
        return [
            Fault(
                pointer=f"/documents/{index}",
                code="repeated",
                detail=f"The document {document} is named twice. Name it once.",
            )
            for index, document in enumerate(self.documents)
            if document in self.documents[:index]
        ]


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
    own = [Category(name=one.name, description=one.description) for one in query.categories or ()]
    return classify.classify_all(job, query.documents, own or None)


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
