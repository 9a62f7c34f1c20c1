"""Webhooks over REST: who is told of events, and what became of each delivery."""

import uuid
from typing import Annotated, Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from pydantic import BaseModel, ConfigDict, Field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from jobs.api import caller
from jobs.api.base_view import UNCACHED
from jobs.api.idempotency import idempotent
from jobs.api.request_bodies import validated
from jobs.api.tenants import OfTenant, named
from jobs.lifecycle.webhook_outbox import EventType
from jobs.models import Delivery, DeliveryTry, Webhook
from jobs.webhooks import endpoints

Events = Annotated[list[EventType], Field(min_length=1, max_length=len(EventType))]
Url = Annotated[str, Field(min_length=1, max_length=2000, description="https:// or http://")]
Description = Annotated[str, Field(max_length=200)]


class WebhookRequest(BaseModel):
    """A receiver that is to be told of events."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: Url
    events: Events = Field(default_factory=lambda: list(EventType))
    description: Description = ""


class WebhookChange(BaseModel):
    """What is to be different. What is not given stays; the defaults here are never used."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: Url = Field(default_factory=str)
    events: Events = Field(default_factory=list)
    description: Description = Field(default_factory=str)
    enabled: bool = Field(default_factory=bool)


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """A webhook. Its secrets are not shown."""

    enabled = serializers.SerializerMethodField()
    owner = serializers.CharField(source="owner.username")

    class Meta:
        model = Webhook
        fields: tuple[str, ...] = (
            "id",
            "url",
            "events",
            "description",
            "enabled",
            "disabled_at",
            "disabled_reason",
            "failing_since",
            "rotated_at",
            "created_at",
            "owner",
        )
        read_only_fields = fields

    def get_enabled(self, webhook: Webhook) -> bool:
        """Whether it is told of events."""
        return webhook.disabled_at is None


class WebhookWithSecretSerializer(WebhookSerializer):
    """A webhook with its new secret: the only time that it is shown."""

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")
        read_only_fields = fields


class DeliveryTrySerializer(serializers.ModelSerializer[DeliveryTry]):
    """One try."""

    class Meta:
        model = DeliveryTry
        fields = ("at", "seconds", "status", "answer", "error")
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """An event that the webhook is told of, and each try to do so."""

    state = serializers.SerializerMethodField()
    url = serializers.CharField(source="address")
    tries = DeliveryTrySerializer(many=True)

    class Meta:
        model = Delivery
        fields = (
            "id",
            "event_id",
            "type",
            "url",
            "state",
            "next_at",
            "delivered_at",
            "created_at",
            "tries",
        )
        read_only_fields = fields

    @extend_schema_field({"type": "string", "enum": ["pending", "delivered", "failed"]})
    def get_state(self, delivery: Delivery) -> str:
        """Where it is."""
        return delivery.state


class WebhookViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, OfTenant[Webhook]):
    """The webhooks of the caller's organization."""

    queryset = Webhook.objects.filter(deleted_at=None).select_related("owner", "organization")
    serializer_class = WebhookSerializer

    @extend_schema(request=WebhookRequest, responses={201: WebhookWithSecretSerializer})
    @idempotent(hide=("secret",))
    def create(self, request: Request) -> Response:
        """Make a webhook. The answer has its secret; it is not shown again."""
        wanted = validated(WebhookRequest, request.data)
        webhook = endpoints.create(
            wanted.url,
            events=wanted.events,
            description=wanted.description,
            owner=caller.user(request),
            organization=caller.organization(request),
        )
        webhook.refresh_from_db()
        described = WebhookWithSecretSerializer(webhook).data
        headers = {"Location": reverse("webhook-detail", args=[webhook.pk]), **UNCACHED}
        return Response(described, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(request=WebhookChange, responses={200: WebhookSerializer})
    def partial_update(self, request: Request, pk: uuid.UUID) -> Response:
        """Change a webhook; one that was disabled is enabled again by `enabled`."""
        webhook = self.get_object()
        wanted = validated(WebhookChange, request.data).model_dump(exclude_unset=True)
        actor = caller.user(request).get_username()
        return Response(WebhookSerializer(endpoints.update(webhook, wanted, actor=actor)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Remove a webhook; it is told nothing any more."""
        endpoints.delete(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={200: WebhookWithSecretSerializer})
    @action(detail=True, methods=["post"])
    @idempotent(hide=("secret",))
    def rotate(self, request: Request, pk: uuid.UUID) -> Response:
        """Make a new secret. For a day both sign, so a receiver can change over in peace."""
        rotated = endpoints.rotate_secret(self.get_object())
        return Response(WebhookWithSecretSerializer(rotated).data, headers=UNCACHED)


class DeliveryViewSet(mixins.ListModelMixin, OfTenant[Delivery]):
    """The deliveries of one webhook."""

    queryset = Delivery.objects.none()
    serializer_class = DeliverySerializer

    def get_queryset(self) -> QuerySet[Delivery]:
        """Give the deliveries, of a webhook that is the tenant's."""
        mine = Webhook.objects.of(caller.organization(self.request))
        webhook = named(self.kwargs["webhook"], mine)
        return webhook.deliveries.select_related("webhook").prefetch_related("tries")

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    @idempotent()
    def redeliver(self, request: Request, webhook: uuid.UUID, pk: uuid.UUID) -> Response:
        """Deliver an event again, under the same `webhook-id`."""
        again: Any = DeliverySerializer(endpoints.redeliver(self.get_object())).data
        return Response(again, status=status.HTTP_202_ACCEPTED)
