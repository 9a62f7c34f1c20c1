"""Job types that read documents. Only declarations: the web process imports this module."""

import uuid
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from documents import classify
from documents.classification import Category
from documents.classify import Classified
from documents.indexing.languages import UNKNOWN
from documents.searching import asking, gathering
from documents.searching.evidence import Found
from documents.searching.gathering import Where
from documents.searching.scope import Scope
from jobs.ai import sources
from jobs.context import JobContext
from jobs.errors import Fault
from jobs.registry import job_type
from jobs.retries import RetryPolicy

Language = Literal[
    "da", "de", "en", "es", "fi", "fr", "it", "nl", "no", "pt", "ru", "sv", "unknown"
]


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


class EvidenceSearch(BaseModel):
    """What to look for, and where. Filters narrow the documents down; all that are given count."""

    model_config = ConfigDict(extra="forbid", strict=True)

    query: str = Field(
        min_length=1,
        max_length=1000,
        description='Words, "a phrase", or, -not; a question does as well. Words are stemmed as '
        "the language of a page asks for, and found in similar spelling.",
        examples=['deck repair "change order" -draft'],
    )
    scope: Where = Field(
        "documents", description="Where to look; `web` and `all` need a search provider."
    )
    limit: int = Field(10, ge=1, le=100, description="Items of evidence at most.")
    documents: Annotated[list[uuid.UUID], Field(min_length=1, max_length=200)] | None = Field(
        None, description="Ids of documents to look in; all of them where not given."
    )
    media_types: Annotated[list[str], Field(min_length=1, max_length=20)] | None = Field(
        None, examples=[["application/pdf"]]
    )
    languages: Annotated[list[Language], Field(min_length=1)] | None = Field(
        None, description="Of pages; `unknown` for those whose language is not known."
    )
    created_after: AwareDatetime | None = Field(None, description="When the document was uploaded.")
    created_before: AwareDatetime | None = None
    name: str | None = Field(
        None, min_length=1, max_length=255, description="A part of the file name."
    )
    read: int = Field(
        50,
        ge=0,
        le=200,
        description="How many documents that were never read to read first; 0 for a quick search.",
    )

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Give a fault for a query without a word, and for each document that is not there."""
        return [*self._empty(), *sources.faults(organization_id, self.documents or ())]

    def _empty(self) -> list[Fault]:
        if asking.read(self.query).pieces:
            return []
        detail = "The query has no word to look for. Name at least one, without a minus before it."
        return [Fault(pointer="/query", code="no_words", detail=detail)]


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
