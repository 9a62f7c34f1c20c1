"""What is asked of `generate_report`, and what it gives."""

import uuid
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from jobs.ai import models, sources
from jobs.errors import Fault
from reports.models import TITLE_LENGTH

MAX_TEXT_BYTES = 10 * 1024
"""All text of an order together, in UTF-8."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
DocumentId = Annotated[uuid.UUID, Strict(False)]


class ReportOrder(BaseModel):
    """A report to be written: on bullet points, or on a prompt, with documents as its sources."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
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
    documents: list[DocumentId] = Field(
        default_factory=list,
        max_length=50,
        description="Ids of documents that the report rests on.",
    )
    model: str | None = Field(
        None, max_length=100, description="Name of a model; the deployment's default if not given."
    )
    temperature: float | None = Field(None, ge=0, le=2, description="Of a language model.")
    max_tokens: int | None = Field(
        None, ge=16, le=200_000, description="Longest answer of one call to a language model."
    )

    @model_validator(mode="after")
    def _of_bearable_size(self) -> Self:
        texts = (
            *self.bullet_points,
            *(self.prompt, self.title, self.contract_name, self.location, self.project),
        )
        size = sum(len(text.encode()) for text in texts)
        if size > MAX_TEXT_BYTES:
            raise PydanticCustomError(
                "too_large",
                "The text has {size} bytes in all; {allowed} are allowed. "
                "Put long texts into documents.",
                {"size": size, "allowed": MAX_TEXT_BYTES},
            )
        return self

    @model_validator(mode="after")
    def _says_what_to_write(self) -> Self:
        if not self.bullet_points and not self.prompt.strip():
            raise PydanticCustomError("missing", "Give bullet_points or a prompt.")
        return self

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Give the faults that only the tenant's data and the settings can tell."""
        return [
            *models.faults(self.model),
            *sources.faults(organization_id, self.documents),
        ]

    @property
    def text(self) -> str:
        """All that was said of the wanted report."""
        return "\n".join([*self.bullet_points, self.prompt.strip()]).strip()


class ReportResult(BaseModel):
    """A report that was written."""

    model_config = ConfigDict(extra="forbid")

    report_id: uuid.UUID
    title: str
    sections: int = Field(description="Sections with a heading.")
    model: str = Field(description="What wrote it.")
    partial: bool = Field(description="The text is whole, but its PDF could not be made.")
    warning: str = Field(description="What the reader should know; empty if all went well.")
    pages: int | None = Field(description="Pages of the PDF.")
