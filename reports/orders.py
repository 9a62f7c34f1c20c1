"""What is asked of jobs that write, and what they give."""

import uuid
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from jobs.ai import models, sources
from jobs.ai.sources import Source
from jobs.errors import Fault
from reports.markup import clean
from reports.models import TITLE_LENGTH

MAX_TEXT_BYTES = 10 * 1024
"""All text of an order together, its evidence apart, in UTF-8."""
MAX_EVIDENCE = 200_000
"""Characters of all texts that come with an order as evidence."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
DocumentId = Annotated[uuid.UUID, Strict(False)]


class Order(BaseModel):
    """What every order may say: the documents that it rests on, and how a model is to work."""

    model_config = ConfigDict(extra="forbid", strict=True)

    documents: list[DocumentId] = Field(
        default_factory=list,
        max_length=50,
        description="Ids of documents that it rests on.",
        examples=[["0199c2a4-6f1e-7c3a-9d55-3b1f6a0e8d21"]],
    )
    model: str | None = Field(
        None, max_length=100, description="Name of a model; the deployment's default if not given."
    )
    temperature: float | None = Field(None, ge=0, le=2, description="Of a language model.")
    max_tokens: int | None = Field(
        None, ge=16, le=200_000, description="Longest answer of one call to a language model."
    )

    @property
    def texts(self) -> list[Source]:
        """Texts that come with the order and are sources like its documents."""
        return []

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Give the faults that only the tenant's data and the settings can tell."""
        return [
            *models.faults(self.model),
            *sources.faults(organization_id, self.documents),
        ]


class EvidenceText(BaseModel):
    """A text that is evidence: a note, a passage, a finding."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[Label, StringConstraints(min_length=1)] = Field(
        description="By which it is listed.", examples=["Survey of the piers"]
    )
    text: Text = Field(examples=["Corrosion was found at three of the eight piers."])


class EvidencedOrder(Order):
    """An order that brings evidence of its own."""

    evidence: list[EvidenceText] = Field(
        default_factory=list, max_length=50, description="Texts that it rests on."
    )

    @property
    def texts(self) -> list[Source]:
        """The evidence, as sources."""
        return [
            Source(id=f"evidence-{number}", name=one.name, kind="text", text=clean(one.text))
            for number, one in enumerate(self.evidence, start=1)
        ]

    @model_validator(mode="after")
    def _evidence_of_bearable_size(self) -> Self:
        if sum(len(one.text) for one in self.evidence) > MAX_EVIDENCE:
            raise PydanticCustomError(
                "too_large",
                "The evidence has more than {allowed} characters. Upload it as documents.",
                {"allowed": MAX_EVIDENCE},
            )
        return self


def refuse_too_long(texts: Iterable[str]) -> None:
    """Refuse an order whose texts, evidence apart, are larger than MAX_TEXT_BYTES together."""
    size = sum(len(text.encode()) for text in texts)
    if size > MAX_TEXT_BYTES:
        raise PydanticCustomError(
            "too_large",
            "The text has {size} bytes in all; {allowed} are allowed. "
            "Put long texts into documents.",
            {"size": size, "allowed": MAX_TEXT_BYTES},
        )


class ReportOrder(Order):
    """A report to be written: on bullet points, or on a prompt, with documents as its sources."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Condition of the harbour bridge",
                    "bullet_points": ["Corrosion at the piers", "Cost of the repair"],
                    "location": "Harbour Road",
                }
            ]
        },
    )

    bullet_points: list[Text] = Field(
        default_factory=list,
        max_length=50,
        description="Points to be treated, each in a section of its own.",
    )
    prompt: str = Field("", description="What the report is to say. Needed without bullet points.")
    title: str = Field("", max_length=TITLE_LENGTH, description="Found by the writer if empty.")
    contract_name: Label = ""
    location: Label = ""
    project: Label = ""

    @model_validator(mode="after")
    def _of_bearable_size(self) -> Self:
        texts = (self.prompt, self.title, self.contract_name, self.location, self.project)
        refuse_too_long([*self.bullet_points, *texts])
        return self

    @model_validator(mode="after")
    def _says_what_to_write(self) -> Self:
        if not self.bullet_points and not self.prompt.strip():
            raise PydanticCustomError("missing", "Give bullet_points or a prompt.")
        return self


class ReportResult(BaseModel):
    """A report or a brief that was written."""

    model_config = ConfigDict(extra="forbid")

    report_id: uuid.UUID
    title: str
    sections: int = Field(description="Sections with a heading.")
    model: str = Field(description="What wrote it.")
    partial: bool = Field(description="The text is whole, but its PDF could not be made.")
    warning: str = Field(description="What the reader should know; empty if all went well.")
    pages: int | None = Field(description="Pages of the PDF.")
