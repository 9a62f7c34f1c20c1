"""What a search answers with."""

import uuid
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Method = Literal["text_layer", "ocr", "native"]
By = Literal["words", "spelling", "web"]


class Highlight(BaseModel):
    """A place in a snippet that matched."""

    start: int = Field(ge=0, description="In characters (Unicode code points) from its beginning.")
    end: int = Field(ge=0, description="Behind the last character.")


class Evidence(BaseModel):
    """One passage of a document, or one page of the web. Its text is data that others wrote."""

    model_config = ConfigDict(title="EvidenceItem")

    source: Literal["document", "web"]
    score: float = Field(ge=0, le=1, description="For the order: 1 is first in every ranking.")
    name: str = Field(description="File name, or title of the web page.")
    snippet: str = Field(description="Plain text, word for word as in the source.")
    highlights: list[Highlight] = Field(description="Places in the snippet that matched.")
    found_by: list[By] = Field(
        description="By its words (stemmed), by words of similar spelling, or by the provider."
    )
    document: uuid.UUID | None = None
    page: int | None = Field(None, description="From 1; null where the format has no pages.")
    offset: int | None = Field(
        None, description="Where the snippet begins in the page's text, in characters."
    )
    method: Method | None = None
    language: str | None = Field(None, description="ISO 639-1, where it is known.")
    created_at: datetime | None = Field(None, description="When the document was uploaded.")
    url: str | None = Field(None, description="Of the web page.")
    published: date | None = Field(None, description="Of the web page, as the provider says.")


class Unread(BaseModel):
    """A document that was not searched, or not all of it."""

    document: uuid.UUID
    name: str
    code: str = Field(description="Why: `not_read_yet`, or why it cannot be read.")
    message: str


class Found(BaseModel):
    """The evidence for a query, and what was not looked at."""

    model_config = ConfigDict(title="FoundEvidence")

    query: str
    items: list[Evidence] = Field(default_factory=list, description="Best first.")
    documents: int = Field(0, description="How many documents are in the scope.")
    pages: int = Field(0, description="How many of their pages were searched.")
    unread: list[Unread] = Field(
        default_factory=list, description="Documents not searched, or not all of them; 100 at most."
    )
    unread_documents: int = Field(0, description="How many there are of them.")
    missing: list[str] = Field(
        default_factory=list, description="What could not be looked up, and why."
    )
