"""REST views of a user's own API keys: list, create, revoke."""

import uuid
from datetime import timedelta
from typing import Any, Literal, Self

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from pydantic import BaseModel, ConfigDict, Field, model_validator
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.api import caller
from jobs.api.base_view import NO_STORE
from jobs.api.idempotency import idempotent
from jobs.api.request_bodies import Timestamp, validate_body
from jobs.api.tenants import TenantViewSet
from jobs.models.tenants import ApiKey, create_api_key

MAX_LIFETIME = timedelta(days=3660)

ApiKeyScope = Literal["jobs:read", "jobs:write", "admin"]


class KeyRequest(BaseModel):
    """An API key to create."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=100, description="The purpose of the key.")
    scopes: list[ApiKeyScope] = Field(["jobs:read", "jobs:write"], min_length=1, max_length=3)
    expires_at: Timestamp | None = Field(None, description="When the key expires. Default: never.")

    @model_validator(mode="after")
    def _check_expiry(self) -> Self:
        now = timezone.now()
        if self.expires_at is not None and not now < self.expires_at < now + MAX_LIFETIME:
            raise ValueError(f"expires_at must be within the next {MAX_LIFETIME.days} days")
        return self

    @property
    def lifetime(self) -> timedelta | None:
        """The time until the key expires, or `None`."""
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
    """A new API key, with its secret."""

    key = serializers.CharField(
        help_text="The secret. It is shown only once; the server stores a hash of it."
    )

    class Meta(KeySerializer.Meta):
        fields = (*KeySerializer.Meta.fields, "key")
        read_only_fields: Any = fields


@extend_schema_view(
    list=extend_schema(description="List your API keys, newest first, without their secrets."),
    retrieve=extend_schema(description="Read one of your API keys, without its secret."),
)
class ApiKeyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TenantViewSet[ApiKey]):
    """The caller's own API keys. A request with an API key needs the scope `admin`."""

    scope = "admin"
    queryset = ApiKey.objects.all()
    serializer_class = KeySerializer

    def get_queryset(self) -> QuerySet[ApiKey]:
        """Return the caller's keys in this organization, but not the keys of teammates.

        Revoked keys are not listed; their rows stay for operators.
        """
        own = super().get_queryset().filter(user_id=caller.user(self.request).pk)
        return own.filter(revoked_at=None)

    @extend_schema(request=KeyRequest, responses={201: NewKeySerializer})
    @idempotent(hide=("key",))
    def create(self, request: Request) -> Response:
        """Create an API key. Only this response contains its secret."""
        body = validate_body(KeyRequest, request.data)
        key, secret = create_api_key(
            caller.user(request),
            caller.organization(request),
            name=body.name,
            scopes=tuple(dict.fromkeys(body.scopes)),
            lifetime=body.lifetime,
        )
        key.refresh_from_db(fields=["created_at"])
        data = {**KeySerializer(key).data, "key": secret}
        headers = {"Location": f"{request.path}/{key.pk}", **NO_STORE}
        return Response(data, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Revoke an API key. It is rejected from the next request on."""
        key = self.get_object()
        ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=Now())
        return Response(status=status.HTTP_204_NO_CONTENT)
