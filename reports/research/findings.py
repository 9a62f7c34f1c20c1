"""What research gives: statements, each with its place, and what could not be looked up."""

import uuid
from datetime import date
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

SourceKind = Literal["site", "news", "review", "web", "document"]


class ConsultedSource(BaseModel):
    """A source that was read."""

    mark: str = Field(description="How statements refer to it: S1.")
    kind: SourceKind
    title: str
    url: str = Field("", description="Empty of a document.")
    document: uuid.UUID | None = Field(None, description="Id of a document.")
    published: date | None = Field(None, description="As the source says; most do not.")


class Statement(BaseModel):
    """Something that a source says."""

    text: str
    quotation: str = Field(description="Word for word, of the source.")
    source: str = Field(description="Its mark among the sources.")
    url: str = ""
    page: int | None = Field(None, description="Of a document that has pages.")


ContentT = TypeVar("ContentT")


class Aspects(BaseModel, Generic[ContentT]):
    """What is said of a company, by what it is about."""

    offers: list[ContentT] = []
    markets: list[ContentT] = []
    pricing: list[ContentT] = []
    strengths: list[ContentT] = []
    weaknesses: list[ContentT] = []
    news: list[ContentT] = []
    reviews: list[ContentT] = []


class CompanyProfile(Aspects[Statement]):
    """A company, as its sources show it."""

    facts: list[Statement] = Field([], description="Figures and dates, found without a model.")
    missing: list[str] = Field([], description="What could not be looked up or told, and why.")


class CompetitorResult(CompanyProfile):
    """A competitor's profile."""

    model_config = ConfigDict(extra="forbid")

    profile_id: uuid.UUID
    company: str
    url: str
    decision: str
    model: str = Field(description="What wrote it.")
    sources: list[ConsultedSource]


class MarketEvidence(Statement):
    """Something that a source says to the question."""

    title: str = Field(description="Of the source.")
    document: uuid.UUID | None = None
    published: date | None = None
    score: float = Field(
        description="How much it bears on the question, 0-1: as the model judges; without one, "
        "the share of the question's words, by weight, that it has."
    )


class MarketFindings(BaseModel):
    """The evidence on a question."""

    evidence: list[MarketEvidence] = Field([], description="The best first.")
    missing: list[str] = Field([], description="What could not be looked up or told, and why.")


class MarketResult(MarketFindings):
    """What market research found."""

    model_config = ConfigDict(extra="forbid")

    question: str
    market: str
    decision: str
    model: str = Field(description="What chose the evidence.")
    sources: list[ConsultedSource]
