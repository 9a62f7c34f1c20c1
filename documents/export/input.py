"""Input and output models of `export_document`."""

import uuid
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from jobs.ai import reports, sources
from jobs.errors import Fault, InvalidInput

ExportFormat = Literal["pdf", "docx", "html", "md"]


class ExportDocumentInput(BaseModel):
    """A document or a report, and the target format."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [{"report": "0199c2a4-6f1e-7c3a-9d55-3b1f6a0e8d21", "format": "docx"}]
        },
    )

    document: uuid.UUID | None = Field(None, description="Id of an uploaded document.")
    report: uuid.UUID | None = Field(
        None, description="Id of a report. Set either this or `document`."
    )
    format: ExportFormat = Field(description="`md` is Markdown.")
    title: Annotated[str, StringConstraints(strip_whitespace=True)] = Field(
        "", max_length=200, description="Title of the export; the source's own title if empty."
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.document is None) == (self.report is None):
            raise PydanticCustomError("one_of", "Set exactly one of document and report.")
        return self

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Return a fault if the document or report does not belong to the tenant."""
        if self.report is None:
            absent = sources.missing(organization_id, [one for one in [self.document] if one])
            detail = f"There is no document {self.document}. Upload it first."
            return [Fault(pointer="/document", code="not_found", detail=detail)] if absent else []
        try:
            reports.read_report(organization_id, self.report)
        except InvalidInput as error:
            return [Fault(pointer="/report", code="not_found", detail=error.message)]
        return []


class ExportedDocument(BaseModel):
    """The new document."""

    model_config = ConfigDict(extra="forbid", title="ExportedDocument")

    document: uuid.UUID = Field(description="Id of the new document; download its content.")
    name: str = Field(description="File name.")
    media_type: str
    size: int = Field(description="Bytes.")
    pages: int | None = Field(description="Number of pages of a PDF; null for other formats.")
    warnings: list[str] = Field(description="What is missing or was changed.")
