"""Inputs of `competitor_analysis` and `market_research`."""

import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from jobs.ai import sources
from jobs.ai.llm import models
from jobs.ai.web import fetcher
from jobs.errors import Fault
from reports.inputs import Id, Label, ModelName, Name
from reports.markup import CLEAN

ResearchQuestion = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000), CLEAN
]

DECISION_DESCRIPTION = "Purpose of the research: a label of your choice, for finding it again."


class CompetitorAnalysisInput(BaseModel):
    """A company to analyze."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "company": "Cranely",
                    "url": "https://cranely.example/",
                    "decision": "Rent or buy cranes",
                }
            ]
        },
    )

    company: Name = Field(description="Name of the company, as used in news and reviews.")
    url: str = Field(
        max_length=2000, description="Public site of the company: http:// or https://."
    )
    decision: Label = Field("", description=DECISION_DESCRIPTION)
    model: ModelName = None

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Return the faults that depend on the settings."""
        return [*models.faults(self.model), *fetcher.faults(self.url)]


class MarketResearchInput(BaseModel):
    """A question to find evidence on."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "question": "How fast do prices of tower cranes rise?",
                    "market": "Crane rental in Northern Europe",
                    "decision": "Rent or buy cranes",
                    "limit": 5,
                }
            ]
        },
    )

    question: ResearchQuestion
    market: Label = Field("", description="Narrows the search.")
    decision: Label = Field("", description=DECISION_DESCRIPTION)
    documents: list[Id] = Field(
        default_factory=list,
        max_length=20,
        description="Ids of documents to search in addition to the web.",
    )
    limit: int = Field(10, ge=1, le=30, description="Maximum number of items.")
    model: ModelName = None

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Return the faults that depend on the tenant's data and the settings."""
        return [
            *models.faults(self.model),
            *sources.faults(organization_id, self.documents),
        ]

    @property
    def search_query(self) -> str:
        """The search query."""
        return f"{self.question} {self.market}".strip()
