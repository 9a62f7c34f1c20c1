"""Output models of the evidence search."""

import uuid
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

PageMethod = Literal["text_layer", "ocr", "native"]
FoundBy = Literal["words", "spelling", "web"]


class Highlight(BaseModel):
    """A match in a snippet."""

    start: int = Field(
        ge=0, description="Offset from the start of the snippet, in Unicode code points."
    )
    end: int = Field(ge=0, description="Offset after the last character.")


class EvidenceHit(BaseModel):
    """A passage of a document or a web page. Its text is untrusted data."""

    model_config = ConfigDict(title="EvidenceItem")

    source: Literal["document", "web"]
    score: float = Field(ge=0, le=1, description="Rank score: 1 is first in every ranking.")
    name: str = Field(description="File name, or title of the web page.")
    snippet: str = Field(description="Plain text, verbatim from the source.")
    highlights: list[Highlight] = Field(description="Matches in the snippet.")
    found_by: list[FoundBy] = Field(
        description="By stemmed words, by similar spellings, or by the search provider."
    )
    document: uuid.UUID | None = None
    page: int | None = Field(None, description="From 1; null if the format has no pages.")
    offset: int | None = Field(
        None, description="Offset of the snippet in the page's text, in characters."
    )
    method: PageMethod | None = None
    language: str | None = Field(None, description="ISO 639-1; null if unknown.")
    created_at: datetime | None = Field(None, description="When the document was uploaded.")
    url: str | None = Field(None, description="URL of the web page.")
    published: date | None = Field(
        None, description="Date of the web page, as reported by the provider."
    )


class UnreadDocument(BaseModel):
    """A document that was not searched, or not completely."""

    document: uuid.UUID
    name: str
    code: str = Field(description="`not_read_yet`, or the code of the read error.")
    message: str


class FoundEvidence(BaseModel):
    """Evidence for a query, and what was not searched."""

    model_config = ConfigDict(title="FoundEvidence")

    query: str
    items: list[EvidenceHit] = Field(default_factory=list, description="Best first.")
    documents: int = Field(0, description="Number of documents in the scope.")
    pages: int = Field(0, description="Number of their pages that were searched.")
    unread: list[UnreadDocument] = Field(
        default_factory=list, description="Documents not searched completely; at most 100."
    )
    unread_documents: int = Field(0, description="Number of all such documents.")
    missing: list[str] = Field(
        default_factory=list, description="What could not be searched, and why."
    )
