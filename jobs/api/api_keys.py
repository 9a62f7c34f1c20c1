"""A person's API keys over REST: list, make, revoke."""

import uuid
from datetime import timedelta
from typing import Any, Literal, Self

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field, model_validator
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.api import caller
from jobs.api.base_view import UNCACHED
from jobs.api.idempotency import idempotent
from jobs.api.request_bodies import Moment, validated
from jobs.api.tenants import OfTenant
from jobs.models.tenants import ApiKey, create_api_key

LONGEST = timedelta(days=3660)

Scope = Literal["jobs:read", "jobs:write", "admin"]


class KeyRequest(BaseModel):
    """An API key to be made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=100, description="What it is for.")
    scopes: list[Scope] = Field(["jobs:read", "jobs:write"], min_length=1, max_length=3)
    expires_at: Moment | None = Field(None, description="Never, where it is not given.")

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        now = timezone.now()
        if self.expires_at is not None and not now < self.expires_at < now + LONGEST:
            raise ValueError(f"expires_at must be within the next {LONGEST.days} days")
        return self

    @property
    def lifetime(self) -> timedelta | None:
        """How long it is good for."""
        return None if self.expires_at is None else self.expires_at - timezone.now()


class KeySerializer(serializers.ModelSerializer[ApiKey]):
    """An API key, without its secret."""

    class Meta:
        model = ApiKey
        fields: tuple[str, ...] = (
            "id",
            "name",
            "hint",
            "scopes",
            "created_at",
            "expires_at",
            "last_used_at",
        )
        read_only_fields = fields


class NewKeySerializer(KeySerializer):
    """An API key that has just been made."""

    key = serializers.CharField(help_text="The secret. It is shown this once; only a hash is kept.")

    class Meta(KeySerializer.Meta):
        fields = (*KeySerializer.Meta.fields, "key")
        read_only_fields: Any = fields


class KeyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, OfTenant[ApiKey]):
    """The caller's own API keys. A key may do this with the scope `admin` only."""

    scope = "admin"
    queryset = ApiKey.objects.all()
    serializer_class = KeySerializer

    def get_queryset(self) -> QuerySet[ApiKey]:
        """Give the keys of this person, in this organization: a teammate's act for the teammate.

        A revoked key is gone, as whatever else is deleted; its row stays, for the operators.
        """
        mine = super().get_queryset().filter(user_id=caller.user(self.request).pk)
        return mine.filter(revoked_at=None)

    @extend_schema(request=KeyRequest, responses={201: NewKeySerializer})
    @idempotent(hide=("key",))
    def create(self, request: Request) -> Response:
        """Make a key. Its secret is in this answer and nowhere else."""
        wanted = validated(KeyRequest, request.data)
        made, secret = create_api_key(
            caller.user(request),
            caller.organization(request),
            name=wanted.name,
            scopes=tuple(dict.fromkeys(wanted.scopes)),
            lifetime=wanted.lifetime,
        )
        made.refresh_from_db(fields=["created_at"])
        described = {**KeySerializer(made).data, "key": secret}
        headers = {"Location": f"{request.path}/{made.pk}", **UNCACHED}
        return Response(described, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Revoke a key: the next request that brings it is refused."""
        key = self.get_object()
        ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=Now())
        return Response(status=status.HTTP_204_NO_CONTENT)
