"""Which reports a list is about."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter
from pydantic import BaseModel, ConfigDict, Field

from jobs.api.pagination import PAGE_PARAMETERS
from jobs.api.request_bodies import validate_query
from reports.models import Report

FILTERS = [
    OpenApiParameter("kind", str, enum=Report.Kind.values),
    OpenApiParameter("decision", str, description="That they were made for, exactly."),
    OpenApiParameter("subject", str, description="What they are about, exactly."),
]


class ReportFilter(BaseModel):
    """The parameters of a filter; each narrows the reports down."""

    model_config = ConfigDict(extra="forbid")

    kind: Report.Kind | None = None
    decision: Annotated[str, Field(max_length=200)] | None = None
    subject: Annotated[str, Field(max_length=200)] | None = None


def filter_reports(reports: QuerySet[Report], query: QueryDict) -> QuerySet[Report]:
    """Give those reports that a query asks for; raise `InvalidSubmission` for what is none."""
    wanted = validate_query(ReportFilter, query, ignore=PAGE_PARAMETERS)
    lookups: dict[str, Any] = wanted.model_dump(exclude_none=True)
    return reports.filter(**lookups)
