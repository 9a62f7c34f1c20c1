"""Output models of research: statements with their sources, and what could not be found."""

import uuid
from datetime import date
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

SourceKind = Literal["site", "news", "review", "web", "document"]


class ConsultedSource(BaseModel):
    """A source that was read."""

    mark: str = Field(description="Reference used by statements: S1.")
    kind: SourceKind
    title: str
    url: str = Field("", description="Empty for a document.")
    document: uuid.UUID | None = Field(None, description="Id of a document.")
    published: date | None = Field(None, description="As the source states; most do not.")


class Statement(BaseModel):
    """A statement of a source."""

    text: str
    quotation: str = Field(description="Verbatim from the source.")
    source: str = Field(description="Mark of the source.")
    url: str = ""
    page: int | None = Field(None, description="Page, if the document has pages.")


ContentT = TypeVar("ContentT")


class Aspects(BaseModel, Generic[ContentT]):
    """Statements about a company by topic."""

    offers: list[ContentT] = []
    markets: list[ContentT] = []
    pricing: list[ContentT] = []
    strengths: list[ContentT] = []
    weaknesses: list[ContentT] = []
    news: list[ContentT] = []
    reviews: list[ContentT] = []


class CompanyProfile(Aspects[Statement]):
    """A company as described by its sources."""

    facts: list[Statement] = Field([], description="Figures and dates, found without a model.")
    missing: list[str] = Field([], description="What could not be found, and why.")


class CompetitorResult(CompanyProfile):
    """Profile of a competitor."""

    model_config = ConfigDict(extra="forbid")

    profile_id: uuid.UUID
    company: str
    url: str
    decision: str
    model: str = Field(description="Model that wrote the profile.")
    sources: list[ConsultedSource]


class MarketEvidence(Statement):
    """A statement of a source about the question."""

    title: str = Field(description="Title of the source.")
    document: uuid.UUID | None = None
    published: date | None = None
    score: float = Field(
        description="How much it bears on the question, 0-1: as the model judges; without one, "
        "the share of the question's words, by weight, that it has."
    )


class MarketFindings(BaseModel):
    """Evidence on a question."""

    evidence: list[MarketEvidence] = Field([], description="Best first.")
    missing: list[str] = Field([], description="What could not be found, and why.")


class MarketResult(MarketFindings):
    """Result of market research."""

    model_config = ConfigDict(extra="forbid")

    question: str
    market: str
    decision: str
    model: str = Field(description="Model that selected the evidence.")
    sources: list[ConsultedSource]
