"""Input and output models of `analyze_data`."""

import uuid
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from jobs.ai import sources
from jobs.ai.llm import models
from jobs.errors import Fault
from reports.data.tables.profile import ColumnProfile
from reports.inputs import Id, ModelName
from reports.markup import CLEAN
from reports.models import CHAT_LENGTH, Dashboard, Widget

MAX_QUESTION_BYTES = 10 * 1024
MAX_INPUT_ROWS = 5_000
NO_TABLE = "Set document or rows: there is no earlier chart whose document could be used."


def _not_too_long(question: str) -> str:
    if (size := len(question.encode())) > MAX_QUESTION_BYTES:
        context = {"size": size, "allowed": MAX_QUESTION_BYTES}
        message = "The question has {size} bytes; the limit is {allowed}."
        raise PydanticCustomError("too_large", message, context)
    return question


DataQuestion = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_not_too_long),
    CLEAN,
]
Cell = str | int | FiniteFloat | bool | None
Row = dict[Annotated[str, Field(max_length=100)], Cell]


class AskRequest(BaseModel):
    """A question about a table: a CSV or XLSX document, or rows."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "question": "Total revenue by region",
                    "rows": [
                        {"region": "North", "revenue": 1200.5},
                        {"region": "South", "revenue": 830},
                    ],
                }
            ]
        },
    )

    question: DataQuestion = Field(description="At most 10 KB.")
    document: Id | None = Field(None, description="Id of a CSV or XLSX document.")
    rows: list[Row] | None = Field(
        None,
        min_length=1,
        max_length=MAX_INPUT_ROWS,
        description="The table itself, if it is small.",
    )
    sheet: str = Field(
        "", max_length=100, description="Sheet of a workbook; the first one if omitted."
    )
    widget: Id | None = Field(None, description="Chart of the dashboard to change.")
    chat: str = Field(
        "", max_length=CHAT_LENGTH, description="Name of the conversation to continue."
    )
    model: ModelName = None

    @model_validator(mode="after")
    def _of_one_table(self) -> Self:
        if self.document is not None and self.rows is not None:
            raise PydanticCustomError("too_many", "Set document or rows, not both.")
        return self


class AnalyzeDataInput(AskRequest):
    """A question about a table, with the dashboard for its charts."""

    dashboard: Id | None = Field(
        None, description="Dashboard for the charts; if omitted, they are only in the output."
    )

    @model_validator(mode="after")
    def _has_its_parts(self) -> Self:
        if self.dashboard is None:
            if self.widget is not None or self.chat:
                raise PydanticCustomError("missing", "widget and chat require dashboard.")
            if self.document is None and self.rows is None:
                raise PydanticCustomError("missing", "Set document or rows.")
        return self

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Return the faults that depend on the tenant's data and the settings."""
        faults = models.faults(self.model)
        if self.document and sources.missing(organization_id, [self.document]):
            faults.append(_not_found("document", self.document))
        if self.dashboard is None:
            return faults
        if not Dashboard.objects.of(organization_id).filter(pk=self.dashboard).exists():
            return [*faults, _not_found("dashboard", self.dashboard)]
        widgets = Widget.objects.filter(organization=organization_id, dashboard=self.dashboard)
        if self.widget and not widgets.filter(pk=self.widget).exists():
            faults.append(_not_found("widget", self.widget))
        elif (
            not (self.document or self.rows) and find_previous_table(organization_id, self) is None
        ):
            faults.append(Fault(pointer="/document", code="missing", detail=NO_TABLE))
        return faults


def find_previous_table(
    organization_id: uuid.UUID, asked: AnalyzeDataInput
) -> tuple[uuid.UUID, str] | None:
    """Return document and sheet of the chart to change, or else of the newest chart."""
    widgets = Widget.objects.filter(
        organization=organization_id, dashboard=asked.dashboard, document__isnull=False
    )
    if asked.widget:
        widgets = widgets.filter(pk=asked.widget)
    newest = widgets.order_by("-updated_at", "-id").values_list("document", "sheet").first()
    return None if newest is None or newest[0] is None else (newest[0], newest[1])


def _not_found(kind: str, id: uuid.UUID) -> Fault:
    return Fault(pointer=f"/{kind}", code="not_found", detail=f"There is no {kind} {id}.")


class AnswerChart(BaseModel):
    """A chart that answers the question."""

    id: uuid.UUID | None = Field(description="Id on the dashboard; null if it was not stored.")
    title: str
    kind: str = Field(description="bar, line, area, point, arc, table or number.")
    spec: dict[str, Any] = Field(description="Vega-Lite 5, with its data.")


class DataResult(BaseModel):
    """An answer with its charts."""

    model_config = ConfigDict(extra="forbid")

    answer: str = Field(description="Markdown.")
    widgets: list[AnswerChart]
    table: str = Field(description="Name of the document and sheet.")
    rows: int = Field(description="Number of rows of the table.")
    columns: list[ColumnProfile]
    warnings: list[str] = Field(
        description="What the reader should know; empty if there is nothing."
    )
    model: str = Field(description="Model that planned and worded the answer.")
