"""What a tenant has, over REST: its rows, newest first; what is another's is not found."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from rest_framework.viewsets import GenericViewSet

from jobs.api import caller
from jobs.api.base_view import Endpoint
from jobs.api.pagination import NewestFirst
from jobs.errors import NotFound

M = TypeVar("M", bound=Model)


class OfTenant(Endpoint, GenericViewSet[M]):
    """Shows those rows of `queryset` that are the caller's organization's."""

    pagination_class: type[NewestFirst] | None = NewestFirst
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[M]:
        """Give the tenant's rows."""
        return super().get_queryset().filter(organization=caller.organization(self.request))

    def get_object(self) -> M:
        """Give the row that the path names; raises `NotFound`."""
        return named(self.kwargs["pk"], self.get_queryset())


def named(pk: UUID, rows: QuerySet[M]) -> M:
    """Give one of the rows; raise `NotFound` where it is not among them."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(f"There is no {rows.model._meta.verbose_name} {pk}.")
    return found
