"""What is asked of the jobs that read many documents."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from jobs.ai import sources
from jobs.ai.llm import models
from jobs.errors import Fault

MOST_DOCUMENTS = 1000
"""Documents of one job."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
EXAMPLE = "0199c2a4-6f1e-7c3a-9d55-3b1f6a0e8d21"


class DocumentsOrder(BaseModel):
    """Documents, and the model that reads them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    documents: Annotated[list[uuid.UUID], Field(min_length=1, max_length=MOST_DOCUMENTS)] = Field(
        description="Ids of uploaded documents.", examples=[[EXAMPLE]]
    )
    model: str | None = Field(
        None, max_length=100, description="Name of a model; the deployment's default if not given."
    )

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Give a fault for what is not there, or is named twice."""
        return [
            *repeated("/documents", [str(one) for one in self.documents]),
            *sources.faults(organization_id, self.documents),
            *models.faults(self.model),
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


class ClassificationOrder(DocumentsOrder):
    """Which documents to classify, and into what."""

    categories: Annotated[list[OwnCategory], Field(min_length=2, max_length=50)] | None = Field(
        None, description="Categories to choose from; the default set where not given."
    )

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Give a fault for what is not there, or is named twice."""
        names = [one.name for one in self.categories or ()]
        return [*super().check(organization_id), *repeated("/categories", names)]


class WantedField(BaseModel):
    """A field whose value is looked for in each document."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name = Field(examples=["Invoice number"])
    description: str = Field(
        "",
        max_length=500,
        description="What it is, and what it may be called in the document.",
        examples=["Number of the invoice, also: Rechnungsnummer"],
    )
    type: Literal["text", "number", "date", "amount", "list"] = "text"


class AnalysisOrder(DocumentsOrder):
    """Which documents to analyze, and what to find in them."""

    fields: list[WantedField] = Field(
        default_factory=list,
        max_length=50,
        description="Values to be found in each document.",
        examples=[[{"name": "Invoice number"}, {"name": "Total", "type": "amount"}]],
    )
    questions: list[Question] = Field(
        default_factory=list,
        max_length=20,
        description="Questions to be answered from each document.",
        examples=[["When does the contract end?"]],
    )

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Give a fault for what is not there, or is named twice."""
        names = [one.name for one in self.fields]
        return [*super().check(organization_id), *repeated("/fields", names)]


def repeated(pointer: str, given: list[str]) -> list[Fault]:
    """Give a fault for each of the names at `pointer` that stands there before."""
    seen: set[str] = set()
    faults = []
    for place, one in enumerate(given):
        if one in seen:
            detail = f"{one} is named twice. Name it once."
            faults.append(Fault(pointer=f"{pointer}/{place}", code="repeated", detail=detail))
        seen.add(one)
    return faults
