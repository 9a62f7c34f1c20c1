"""The base of views of a tenant's rows: newest first; rows of other tenants are not found."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from rest_framework.viewsets import GenericViewSet

from jobs.api import caller
from jobs.api.base_view import EndpointMixin
from jobs.api.pagination import NewestFirstPagination
from jobs.errors import NotFound

M = TypeVar("M", bound=Model)


class TenantViewSet(EndpointMixin, GenericViewSet[M]):
    """Shows the rows of `queryset` that belong to the caller's organization."""

    pagination_class: type[NewestFirstPagination] | None = NewestFirstPagination
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[M]:
        return super().get_queryset().filter(organization=caller.organization(self.request))

    def get_object(self) -> M:
        """Return the row that the path names; raises `NotFound`."""
        return get_or_not_found(self.kwargs["pk"], self.get_queryset())


def get_or_not_found(pk: UUID, rows: QuerySet[M]) -> M:
    """Return the row with this key; raises `NotFound`."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"There is no {rows.model._meta.verbose_name} {pk}.")
    return row
