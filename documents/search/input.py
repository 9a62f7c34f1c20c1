"""Input of `evidence_search`."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from documents.search.job import SearchSource
from documents.search.query import parse_query
from jobs.ai import sources
from jobs.api.request_bodies import Timestamp
from jobs.errors import Fault

LanguageCode = Literal[
    "da", "de", "en", "es", "fi", "fr", "it", "nl", "no", "pt", "ru", "sv", "unknown"
]


class EvidenceSearchInput(BaseModel):
    """A query and where to search. All given filters apply."""

    model_config = ConfigDict(extra="forbid", strict=True)

    query: str = Field(
        min_length=1,
        max_length=1000,
        description='Words, "a phrase", or, -not; a question also works. Words are stemmed for '
        "the language of a page, and similar spellings match.",
        examples=['deck repair "change order" -draft'],
    )
    scope: SearchSource = Field(
        "documents", description="Where to search; `web` and `all` need a search provider."
    )
    limit: int = Field(10, ge=1, le=100, description="Maximum number of items.")
    documents: Annotated[list[uuid.UUID], Field(min_length=1, max_length=200)] | None = Field(
        None, description="Ids of documents to search; all of them if omitted."
    )
    media_types: Annotated[list[str], Field(min_length=1, max_length=20)] | None = Field(
        None, examples=[["application/pdf"]]
    )
    languages: Annotated[list[LanguageCode], Field(min_length=1)] | None = Field(
        None, description="Languages of pages; `unknown` for pages of unknown language."
    )
    created_after: Timestamp | None = Field(None, description="When the document was uploaded.")
    created_before: Timestamp | None = None
    name: str | None = Field(
        None, min_length=1, max_length=255, description="Part of the file name."
    )
    read: int = Field(
        50,
        ge=0,
        le=200,
        description="How many unread documents to read first; 0 for a quick search.",
    )

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Return a fault for a query without words, and for each missing document."""
        return [*self._empty(), *sources.faults(organization_id, self.documents or ())]

    def _empty(self) -> list[Fault]:
        if parse_query(self.query).pieces:
            return []
        detail = (
            "The query has no word to search for. Include at least one without a leading minus."
        )
        return [Fault(pointer="/query", code="no_words", detail=detail)]
