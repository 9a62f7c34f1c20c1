"""Reports over REST: fetch, call, answer."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jobs import submission
from jobs.api import caller
from jobs.api.endpoint import Endpoint
from jobs.api.pages import NewestFirst
from jobs.api.serializers import JobSerializer
from jobs.api.views import accepted
from jobs.errors import Fault, InvalidSubmission, NotFound
from reports import keeping
from reports.api.filters import FILTERS, narrowed
from reports.api.serializers import FullReportSerializer, ReportSerializer
from reports.models import Report
from reports.orders import ReportOrder
from reports.rendering import html, markdown

log = logging.getLogger(__name__)

NO_PDF = "This report has no PDF. Export it as Markdown or HTML."

Export = Callable[[Report], bytes]


@extend_schema_view(
    list=extend_schema(description="List reports and briefs, newest first.", parameters=FILTERS)
)
class ReportViewSet(
    Endpoint, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Report]
):
    """The reports of the caller's organization."""

    pagination_class = NewestFirst
    lookup_value_converter = "uuid"

    def get_serializer_class(self) -> type[ReportSerializer]:
        """Leave the texts out of lists."""
        return ReportSerializer if self.action == "list" else FullReportSerializer

    def get_queryset(self) -> QuerySet[Report]:
        """Give the tenant's reports."""
        mine: QuerySet[Report] = Report.objects.of(caller.organization(self.request))
        if self.action == "list":
            mine = narrowed(mine, self.request.query_params)
        return mine.select_related("owner", "organization")

    def get_object(self) -> Report:
        """Give one report; one that is another's is not found."""
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound(f"There is no report {self.kwargs['pk']}.")
        return found

    @extend_schema(request=ReportOrder, responses={202: JobSerializer})
    def create(self, request: Request) -> Response:
        """Order a report: submit the job `generate_report` that writes it."""
        if not isinstance(request.data, dict):
            fault = Fault(pointer="", code="dict_type", detail="The body must be an object.")
            raise InvalidSubmission("The request's body is not valid.", [fault])
        job = submission.submit(
            "generate_report",
            request.data,
            owner=caller.user(request),
            organization=caller.organization(request),
        )
        return accepted(job)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Delete a report with its PDF. Any member may; reports are kept until somebody does."""
        keeping.remove(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        parameters=[OpenApiParameter("format", str, required=True, enum=["pdf", "md", "html"])],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "text/markdown"): OpenApiTypes.STR,
            (200, "text/html"): OpenApiTypes.STR,
        },
    )
    @action(detail=True, pagination_class=None)
    def export(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """Download a report as PDF, Markdown or HTML."""
        wanted = request.query_params.get("format", "")
        if wanted not in FORMATS:
            detail = f"A report is exported as {', '.join(FORMATS)}, not as {wanted!r}."
            raise InvalidSubmission(detail, [Fault(pointer="/format", code="enum", detail=detail)])
        media_type, make = FORMATS[wanted]
        report = self.get_object()
        return _attachment(
            make(report), media_type, f"{slugify(report.title) or 'report'}.{wanted}"
        )


def _pdf(report: Report) -> bytes:
    if not report.pdf:
        raise NotFound(NO_PDF)
    try:
        with report.pdf.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        log.exception("report %s: the file of its PDF is gone", report.pk)
        raise NotFound(NO_PDF) from None
    return content


FORMATS: dict[str, tuple[str, Export]] = {
    "pdf": ("application/pdf", _pdf),
    "md": ("text/markdown; charset=utf-8", lambda report: markdown.render(report).encode()),
    "html": ("text/html; charset=utf-8", lambda report: html.render(report).encode()),
}


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Send a file so that no browser shows it as a page of ours."""
    headers: dict[str, Any] = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)
