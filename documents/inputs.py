"""Inputs of the jobs that read many documents."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from jobs.ai import sources
from jobs.ai.llm import models
from jobs.errors import Fault

MAX_JOB_DOCUMENTS = 1000

FieldName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
QuestionText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)
]
EXAMPLE_ID = "0199c2a4-6f1e-7c3a-9d55-3b1f6a0e8d21"


class DocumentsInput(BaseModel):
    """Documents, and the model that reads them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    documents: Annotated[list[uuid.UUID], Field(min_length=1, max_length=MAX_JOB_DOCUMENTS)] = (
        Field(description="Ids of uploaded documents.", examples=[[EXAMPLE_ID]])
    )
    model: str | None = Field(
        None, max_length=100, description="Name of a model; the deployment's default if omitted."
    )

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Return a fault for each missing or repeated document and for an unknown model."""
        return [
            *find_repeats("/documents", [str(one) for one in self.documents]),
            *sources.faults(organization_id, self.documents),
            *models.faults(self.model),
        ]


class CustomCategory(BaseModel):
    """A category defined by the caller."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=100, examples=["complaint"])
    description: str = Field(
        "",
        max_length=2000,
        description="Words that such documents use.",
        examples=["A customer complains about a delivery or asks for a refund"],
    )


class ClassifyDocumentsInput(DocumentsInput):
    """Documents to classify, and the categories."""

    categories: Annotated[list[CustomCategory], Field(min_length=2, max_length=50)] | None = Field(
        None, description="Categories to choose from; the default set if omitted."
    )

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Return a fault also for each repeated category."""
        names = [one.name for one in self.categories or ()]
        return [*super().check(organization_id), *find_repeats("/categories", names)]


class RequestedField(BaseModel):
    """A field whose value is extracted from each document."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: FieldName = Field(examples=["Invoice number"])
    description: str = Field(
        "",
        max_length=500,
        description="What the field is, and other labels it may have in the document.",
        examples=["Number of the invoice, also: Rechnungsnummer"],
    )
    type: Literal["text", "number", "date", "amount", "list"] = "text"


class AnalyzeDocumentsInput(DocumentsInput):
    """Documents to analyze, and the fields and questions to look for."""

    fields: list[RequestedField] = Field(
        default_factory=list,
        max_length=50,
        description="Values to extract from each document.",
        examples=[[{"name": "Invoice number"}, {"name": "Total", "type": "amount"}]],
    )
    questions: list[QuestionText] = Field(
        default_factory=list,
        max_length=20,
        description="Questions to answer from each document.",
        examples=[["When does the contract end?"]],
    )

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Return a fault also for each repeated field."""
        names = [one.name for one in self.fields]
        return [*super().check(organization_id), *find_repeats("/fields", names)]


def find_repeats(pointer: str, values: list[str]) -> list[Fault]:
    """Return a fault for each value at `pointer` that occurs earlier in the list."""
    seen: set[str] = set()
    faults = []
    for place, value in enumerate(values):
        if value in seen:
            detail = f"{value} is listed twice. List it once."
            faults.append(Fault(pointer=f"{pointer}/{place}", code="repeated", detail=detail))
        seen.add(value)
    return faults
