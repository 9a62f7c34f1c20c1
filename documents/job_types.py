"""Job types that read documents. Only declarations: the web process imports this module."""

import uuid
from datetime import timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from documents import classify
from documents.classification import Category
from documents.classify import Classified
from documents.export import work
from documents.export.order import ExportDocument, Exported
from documents.images import processing
from documents.images.processing import Operations, ProcessedImages
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
        return [*_repeated(self.documents), *sources.faults(organization_id, self.documents)]


class Box(BaseModel):
    """A size that pictures are made to fit in. They keep their proportions."""

    model_config = ConfigDict(extra="forbid", strict=True)

    width: int = Field(ge=1, le=20_000, description="Pixels.", examples=[1600])
    height: int = Field(ge=1, le=20_000, examples=[1200])


class ProcessImages(BaseModel):
    """Which images to process, and how. All of them are processed alike."""

    model_config = ConfigDict(extra="forbid", strict=True)

    documents: Annotated[list[uuid.UUID], Field(min_length=1, max_length=200)] = Field(
        description="Ids of uploaded images.",
        examples=[["0199c2a4-6f1e-7c3a-9d55-3b1f6a0e8d21"]],
    )
    orient: bool = Field(True, description="Turn each as its camera was held.")
    strip_metadata: bool = Field(
        True, description="Leave out what is known of camera, time and place."
    )
    resize: Box | None = Field(None, description="Scale down to fit in; never up.")
    thumbnails: Annotated[list[Annotated[int, Field(ge=16, le=2048)]], Field(max_length=5)] = Field(
        [], description="Longest side of each small picture wanted beside.", examples=[[128, 512]]
    )
    format: processing.Format | None = Field(
        None, description="What to convert to; JPEG, PNG and WebP stay where not given."
    )
    quality: int = Field(85, ge=1, le=100, description="Of JPEG and WebP.")

    @model_validator(mode="after")
    def _stay_upright(self) -> Self:
        if self.strip_metadata and not self.orient:
            raise ValueError(
                "strip_metadata without orient would leave photos lying on their side: the "
                "metadata say how to turn them"
            )
        return self

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Give a fault for each document that is not there, or is named twice."""
        return [*_repeated(self.documents), *sources.faults(organization_id, self.documents)]


def _repeated(documents: list[uuid.UUID]) -> list[Fault]:
    return [
        Fault(
            pointer=f"/documents/{index}",
            code="repeated",
            detail=f"The document {document} is named twice. Name it once.",
        )
        for index, document in enumerate(documents)
        if document in documents[:index]
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
