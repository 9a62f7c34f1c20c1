"""Views of reports."""

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

from jobs.ai.rendering import markdown
from jobs.api.idempotency import idempotent
from jobs.api.request_bodies import EmptyQuery, validate_query
from jobs.api.serializers import JobSerializer
from jobs.api.submissions import submit_body
from jobs.api.tenants import TenantViewSet
from jobs.errors import Fault, InvalidSubmission, NotFound
from reports import records
from reports.api.filters import FILTERS, filter_reports
from reports.api.serializers import FullReportSerializer, ReportSerializer
from reports.files import store
from reports.files.papers import paper_of
from reports.models import Report
from reports.reporting.input import GenerateReportInput

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MISSING_FORMAT = (
    "This report has no {}. Create it with the job export_document and the input "
    '{{"report": "{}", "format": "{}"}}, or export it as Markdown.'
)

Export = Callable[[Report], bytes]


@extend_schema_view(
    list=extend_schema(description="List reports and briefs, newest first.", parameters=FILTERS)
)
class ReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TenantViewSet[Report]):
    """Reports of the caller's organization."""

    queryset = Report.objects.select_related("owner", "organization")
    actions_with_query = frozenset({"list", "export"})

    def get_serializer_class(self) -> type[ReportSerializer]:
        """Omit the texts from lists."""
        return ReportSerializer if self.action == "list" else FullReportSerializer

    def get_queryset(self) -> QuerySet[Report]:
        """Return the tenant's reports; in a list, those that match its filters."""
        reports = super().get_queryset()
        if self.action != "list":
            return reports
        return filter_reports(reports.defer("markdown"), self.request.query_params)

    @extend_schema(request=GenerateReportInput, responses={202: JobSerializer})
    @idempotent()
    def create(self, request: Request) -> Response:
        """Submit a `generate_report` job, which writes a report."""
        return submit_body(request, "generate_report")

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Delete a report with its files. Any member may."""
        records.remove(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        parameters=[
            OpenApiParameter("format", str, required=True, enum=["pdf", "docx", "html", "md"])
        ],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, DOCX): OpenApiTypes.BINARY,
            (200, "text/markdown"): OpenApiTypes.STR,
            (200, "text/html"): OpenApiTypes.STR,
        },
    )
    @action(detail=True, pagination_class=None)
    def export(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """Download a report as PDF, DOCX, HTML or Markdown.

        PDF, DOCX and HTML were created when the report was written; this endpoint only sends them.
        """
        validate_query(EmptyQuery, request.query_params, ignore=frozenset({"format"}))
        extension = request.query_params.get("format", "")
        if extension not in FORMATS:
            detail = f"A report is exported as {', '.join(FORMATS)}, not as {extension!r}."
            raise InvalidSubmission(detail, [Fault(pointer="/format", code="enum", detail=detail)])
        media_type, make = FORMATS[extension]
        report = self.get_object()
        return _attachment(
            make(report), media_type, f"{slugify(report.title) or 'report'}.{extension}"
        )


def _export_stored_file(format: store.FileFormat) -> Export:
    def read(report: Report) -> bytes:
        content = store.read_file(report, format)
        if content is None:
            raise NotFound(MISSING_FORMAT.format(format.upper(), report.pk, format))
        return content

    return read


FORMATS: dict[str, tuple[str, Export]] = {
    "pdf": ("application/pdf", _export_stored_file("pdf")),
    "docx": (DOCX, _export_stored_file("docx")),
    "html": ("text/html; charset=utf-8", _export_stored_file("html")),
    "md": ("text/markdown; charset=utf-8", lambda one: markdown.render(paper_of(one)).encode()),
}


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Return the file as a download that no browser renders as a page of this site."""
    headers: dict[str, Any] = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)
