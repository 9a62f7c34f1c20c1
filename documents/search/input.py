"""What is asked of `evidence_search`."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from documents.search.job import Where
from documents.search.query import parse_query
from jobs.ai import sources
from jobs.api.request_bodies import Moment
from jobs.errors import Fault

Language = Literal[
    "da", "de", "en", "es", "fi", "fr", "it", "nl", "no", "pt", "ru", "sv", "unknown"
]


class SearchOrder(BaseModel):
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
    created_after: Moment | None = Field(None, description="When the document was uploaded.")
    created_before: Moment | None = None
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
        if parse_query(self.query).pieces:
            return []
        detail = "The query has no word to look for. Name at least one, without a minus before it."
        return [Fault(pointer="/query", code="no_words", detail=detail)]
