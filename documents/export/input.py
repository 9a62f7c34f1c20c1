"""What is asked of `export_document`, and what it gives."""

import uuid
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from jobs.ai import reports, sources
from jobs.errors import Fault, InvalidInput

Format = Literal["pdf", "docx", "html", "md"]


class ExportOrder(BaseModel):
    """A document or a report, and the format that it is wanted in."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [{"report": "0199c2a4-6f1e-7c3a-9d55-3b1f6a0e8d21", "format": "docx"}]
        },
    )

    document: uuid.UUID | None = Field(None, description="Id of an uploaded document.")
    report: uuid.UUID | None = Field(None, description="Id of a report. Give it or a document.")
    format: Format = Field(description="`md` is Markdown.")
    title: Annotated[str, StringConstraints(strip_whitespace=True)] = Field(
        "", max_length=200, description="What the pages are headed by; its own title if empty."
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.document is None) == (self.report is None):
            raise PydanticCustomError("one_of", "Give a document or a report, one of the two.")
        return self

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Give a fault where the document or the report is not the tenant's."""
        if self.report is None:
            absent = sources.missing(organization_id, [one for one in [self.document] if one])
            detail = f"There is no document {self.document}. Upload it first."
            return [Fault(pointer="/document", code="not_found", detail=detail)] if absent else []
        try:
            reports.read_report(organization_id, self.report)
        except InvalidInput as error:
            return [Fault(pointer="/report", code="not_found", detail=error.message)]
        return []


class Exported(BaseModel):
    """The file that was made: a document like any other."""

    model_config = ConfigDict(extra="forbid", title="ExportedDocument")

    document: uuid.UUID = Field(description="Id of the new document; download its content.")
    name: str = Field(description="Its file name.")
    media_type: str
    size: int = Field(description="Bytes.")
    pages: int | None = Field(description="Of a PDF; other formats have none until they are shown.")
    warnings: list[str] = Field(description="What is missing or was changed, in sentences.")
