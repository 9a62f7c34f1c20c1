"""Filters of the report list."""

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
    OpenApiParameter(
        "decision", str, description="Decision that the reports were made for (exact match)."
    ),
    OpenApiParameter("subject", str, description="Subject of the reports (exact match)."),
]


class ReportFilter(BaseModel):
    """Query parameters; all given ones apply."""

    model_config = ConfigDict(extra="forbid")

    kind: Report.Kind | None = None
    decision: Annotated[str, Field(max_length=200)] | None = None
    subject: Annotated[str, Field(max_length=200)] | None = None


def filter_reports(reports: QuerySet[Report], query: QueryDict) -> QuerySet[Report]:
    """Return the reports that match a query. Raises `InvalidSubmission` for invalid parameters."""
    filters = validate_query(ReportFilter, query, ignore=PAGE_PARAMETERS)
    lookups: dict[str, Any] = filters.model_dump(exclude_none=True)
    return reports.filter(**lookups)
