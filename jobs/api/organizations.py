"""The list of organizations, for operators: it has the IDs to which limits and pauses apply."""

from typing import Any

from django.db.models import QuerySet
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

    def get_queryset(self) -> QuerySet[Organization]:
        query = validate_query(OrganizationQuery, self.request.query_params, ignore=PAGE_PARAMETERS)
        found = super().get_queryset()
        return found if query.slug is None else found.filter(slug=query.slug)

    @extend_schema(parameters=[OpenApiParameter("slug", str, description="Exact match.")])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List organizations, newest first. Only for operators, with the scope `admin`."""
        require_operator(request, "Only operators can list organizations.")
        with as_operator():
            return super().list(request, *args, **kwargs)
