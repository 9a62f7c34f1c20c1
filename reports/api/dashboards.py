"""Views of dashboards."""

import uuid

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from pydantic import BaseModel, ConfigDict, Field
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.api import caller
from jobs.api.idempotency import idempotent
from jobs.api.request_bodies import validate_body
from jobs.api.serializers import JobSerializer
from jobs.api.submissions import submit_body
from jobs.api.tenants import TenantViewSet, get_or_not_found
from reports.api.dashboard_serializers import (
    DashboardSerializer,
    MessageSerializer,
    WidgetSerializer,
)
from reports.data import dashboards
from reports.data.input import AskRequest
from reports.models import NAME_LENGTH, Dashboard, Message, Widget


class DashboardChange(BaseModel):
    """Changes to a dashboard; omitted fields stay unchanged."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    name: str = Field("", min_length=1, max_length=NAME_LENGTH)
    description: str = Field("", max_length=2000)


class DashboardRequest(DashboardChange):
    """A dashboard to create."""

    name: str = Field(min_length=1, max_length=NAME_LENGTH, examples=["Sales"])


@extend_schema_view(
    list=extend_schema(description="List dashboards, newest first."),
    retrieve=extend_schema(
        description="Read a dashboard; its charts have an endpoint of their own."
    ),
)
class DashboardViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TenantViewSet[Dashboard]):
    """Dashboards of the caller's organization."""

    queryset = Dashboard.objects.select_related("owner", "organization")
    serializer_class = DashboardSerializer

    @extend_schema(request=DashboardRequest, responses={201: DashboardSerializer})
    @idempotent()
    def create(self, request: Request) -> Response:
        """Create an empty dashboard."""
        body = validate_body(DashboardRequest, request.data)
        made = Dashboard.objects.create(
            **body.model_dump(),
            owner_id=caller.user(request).pk,
            organization=caller.organization(request),
        )
        described = DashboardSerializer(self.get_queryset().get(pk=made.pk)).data
        headers = {"Location": described["links"]["self"]}
        return Response(described, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(request=DashboardChange, responses={200: DashboardSerializer})
    def partial_update(self, request: Request, pk: uuid.UUID) -> Response:
        """Change the name or description of a dashboard."""
        found = self.get_object()
        changes = validate_body(DashboardChange, request.data).model_dump(exclude_unset=True)
        self.get_queryset().filter(pk=found.pk).update(**changes, updated_at=Now())
        return Response(DashboardSerializer(self.get_object()).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Delete a dashboard with its charts and messages. Documents and jobs stay."""
        dashboards.remove(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=AskRequest, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    @idempotent()
    def ask(self, request: Request, pk: uuid.UUID) -> Response:
        """Ask a question about data: submits an `analyze_data` job that adds or changes charts.

        Without a document or rows, the question is about the document of the chart to change, or
        else of the newest chart.
        """
        found = self.get_object()
        return submit_body(request, "analyze_data", dashboard=str(found.pk))


@extend_schema_view(list=extend_schema(description="List questions and answers, newest first."))
class MessageViewSet(mixins.ListModelMixin, TenantViewSet[Message]):
    """Messages of a dashboard."""

    serializer_class = MessageSerializer

    def get_queryset(self) -> QuerySet[Message]:
        """Return the messages of one dashboard of the caller's organization."""
        return Message.objects.filter(dashboard=_dashboard(self.request, self.kwargs["dashboard"]))


class WidgetViewSet(TenantViewSet[Widget]):
    """Charts of a dashboard."""

    serializer_class = WidgetSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[Widget]:
        """Return the charts of one dashboard of the caller's organization."""
        widgets = Widget.objects.filter(
            dashboard=_dashboard(self.request, self.kwargs["dashboard"])
        )
        return widgets if self.action == "image" else widgets.defer("svg")

    @extend_schema(responses={200: WidgetSerializer(many=True)})
    def list(self, request: Request, dashboard: uuid.UUID) -> Response:
        """List the charts of a dashboard in order, each as Vega-Lite."""
        return Response(WidgetSerializer(self.get_queryset(), many=True).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, dashboard: uuid.UUID, pk: uuid.UUID) -> Response:
        """Delete a chart."""
        self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={(200, "image/svg+xml"): OpenApiTypes.STR})
    @action(detail=True)
    def image(self, request: Request, dashboard: uuid.UUID, pk: uuid.UUID) -> HttpResponse:
        """Get a chart as an SVG image."""
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(self.get_object().svg, content_type="image/svg+xml", headers=headers)


def _dashboard(request: Request, pk: uuid.UUID) -> Dashboard:
    return get_or_not_found(pk, Dashboard.objects.of(caller.organization(request)))
