"""REST views of webhooks and their deliveries."""

import uuid
from typing import Annotated, Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from pydantic import BaseModel, ConfigDict, Field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from jobs.api import caller
from jobs.api.base_view import NO_STORE
from jobs.api.idempotency import idempotent
from jobs.api.request_bodies import validate_body
from jobs.api.tenants import TenantViewSet, get_or_not_found
from jobs.lifecycle.webhook_outbox import EventType
from jobs.models import Delivery, DeliveryTry, Webhook
from jobs.webhooks import endpoints

Events = Annotated[list[EventType], Field(min_length=1, max_length=len(EventType))]
Url = Annotated[str, Field(min_length=1, max_length=2000, description="https:// or http://")]
WebhookDescription = Annotated[str, Field(max_length=200)]


class WebhookRequest(BaseModel):
    """A webhook to create."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: Url
    events: Events = Field(default_factory=lambda: list(EventType))
    description: WebhookDescription = ""


class WebhookChange(BaseModel):
    """Changes of a webhook. Absent fields stay as they are."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: Url = Field(default_factory=str)
    events: Events = Field(default_factory=list)
    description: WebhookDescription = Field(default_factory=str)
    enabled: bool = Field(default_factory=bool)


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """A webhook, without its secrets."""

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
        """Whether events are sent to it."""
        return webhook.disabled_at is None


class WebhookWithSecretSerializer(WebhookSerializer):
    """A webhook with its new secret, which is shown only once."""

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")
        read_only_fields = fields


class DeliveryTrySerializer(serializers.ModelSerializer[DeliveryTry]):
    """One try of a delivery."""

    class Meta:
        model = DeliveryTry
        fields = ("at", "seconds", "status", "answer", "error")
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """The delivery of one event to the webhook, with each try."""

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
        return delivery.state


@extend_schema_view(
    list=extend_schema(description="List the organization's webhooks, newest first."),
    retrieve=extend_schema(description="Read a webhook, without its secret."),
)
class WebhookViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TenantViewSet[Webhook]):
    """The webhooks of the caller's organization."""

    queryset = Webhook.objects.filter(deleted_at=None).select_related("owner", "organization")
    serializer_class = WebhookSerializer

    @extend_schema(request=WebhookRequest, responses={201: WebhookWithSecretSerializer})
    @idempotent(hide=("secret",))
    def create(self, request: Request) -> Response:
        """Create a webhook. Only this response contains its secret."""
        body = validate_body(WebhookRequest, request.data)
        webhook = endpoints.create(
            body.url,
            events=body.events,
            description=body.description,
            owner=caller.user(request),
            organization=caller.organization(request),
        )
        webhook.refresh_from_db()
        data = WebhookWithSecretSerializer(webhook).data
        headers = {"Location": reverse("webhook-detail", args=[webhook.pk]), **NO_STORE}
        return Response(data, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(request=WebhookChange, responses={200: WebhookSerializer})
    def partial_update(self, request: Request, pk: uuid.UUID) -> Response:
        """Change a webhook. `enabled: true` enables a disabled webhook again."""
        webhook = self.get_object()
        changes = validate_body(WebhookChange, request.data).model_dump(exclude_unset=True)
        actor = caller.user(request).get_username()
        return Response(WebhookSerializer(endpoints.update(webhook, changes, actor=actor)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Delete a webhook. No more events are sent to it."""
        endpoints.delete(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={200: WebhookWithSecretSerializer})
    @action(detail=True, methods=["post"])
    @idempotent(hide=("secret",))
    def rotate(self, request: Request, pk: uuid.UUID) -> Response:
        """Rotate the secret. Both secrets sign for a day, so that your receiver can change over."""
        rotated = endpoints.rotate_secret(self.get_object())
        return Response(WebhookWithSecretSerializer(rotated).data, headers=NO_STORE)


@extend_schema_view(
    list=extend_schema(description="List the deliveries of a webhook, newest first.")
)
class DeliveryViewSet(mixins.ListModelMixin, TenantViewSet[Delivery]):
    """The deliveries of one webhook."""

    queryset = Delivery.objects.none()
    serializer_class = DeliverySerializer

    def get_queryset(self) -> QuerySet[Delivery]:
        """Return the deliveries of one of the tenant's webhooks."""
        webhooks = Webhook.objects.of(caller.organization(self.request))
        webhook = get_or_not_found(self.kwargs["webhook"], webhooks)
        return webhook.deliveries.select_related("webhook").prefetch_related("tries")

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    @idempotent()
    def redeliver(self, request: Request, webhook: uuid.UUID, pk: uuid.UUID) -> Response:
        """Send an event again, with the same `webhook-id`."""
        data: Any = DeliverySerializer(endpoints.redeliver(self.get_object())).data
        return Response(data, status=status.HTTP_202_ACCEPTED)
