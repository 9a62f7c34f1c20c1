"""The list of organizations, for operators: it has the IDs to which limits and pauses apply."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jobs.api.base_view import EndpointMixin
from jobs.api.pagination import PAGE_PARAMETERS, NewestFirstPagination
from jobs.api.permissions import require_operator
from jobs.api.request_bodies import validate_query
from jobs.models import Organization
from jobs.tenancy.rls import as_operator


class OrganizationQuery(BaseModel):
    """Query parameters of the list."""

    model_config = ConfigDict(extra="forbid")

    slug: str | None = Field(None, max_length=50)


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """An organization."""

    class Meta:
        model = Organization
        fields = ("id", "slug", "name", "weight", "created_at")
        read_only_fields = fields


class OrganizationViewSet(EndpointMixin, mixins.ListModelMixin, GenericViewSet[Organization]):
    """All organizations."""

    queryset = Organization.objects.all()
    serializer_class = OrganizationSerializer
    pagination_class = NewestFirstPagination
    scope = "admin"
    actions_with_query = frozenset({"list"})

    @extend_schema(parameters=[OpenApiParameter("slug", str, description="Exact match.")])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List organizations, newest first. Only for operators, with the scope `admin`."""
        query = validate_query(OrganizationQuery, request.query_params, ignore=PAGE_PARAMETERS)
        require_operator(request, "Only operators can list organizations.")
        if query.slug is not None:
            self.queryset = self.queryset.filter(slug=query.slug)
        with as_operator():
            return super().list(request, *args, **kwargs)
