"""Admin pages of webhooks and their deliveries."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from jobs.admin.read_only import ReadOnly, format_time
from jobs.errors import Refused
from jobs.models import Delivery, DeliveryTry, Webhook
from jobs.webhooks import endpoints


@admin.register(Webhook)
class WebhookAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Webhooks. Their secrets are not shown."""

    list_display = ("__str__", "organization", "owner", "failures", "disabled", "disabled_reason")
    list_filter = ("organization", "disabled_at")
    list_select_related = ("organization", "owner")
    actions = ("enable",)
    fields = (
        "id",
        "url",
        "events",
        "description",
        "organization",
        "owner",
        "created_at",
        "rotated_at",
        "failures",
        "failing_since",
        "backoff_until",
        "disabled_at",
        "disabled_reason",
        "deleted_at",
    )

    @admin.display(description="Disabled", ordering="disabled_at")
    def disabled(self, webhook: Webhook) -> str:
        return format_time(webhook.disabled_at)

    @admin.action(description="Enable selected webhooks", permissions=["operate"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        for webhook in queryset:
            endpoints.update(webhook, {"enabled": True}, actor=request.user.get_username())
        self.message_user(request, f"{len(queryset)} webhooks enabled.", messages.SUCCESS)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Allow users with the permission to change webhooks."""
        return request.user.has_perm("jobs.change_webhook")


class TryInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    """The tries of a delivery."""

    model = DeliveryTry
    fields = ("time", "status", "seconds", "error", "answer")
    readonly_fields = ("time",)

    def time(self, tried: DeliveryTry) -> str:
        return format_time(tried.at)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Deliveries."""

    list_display = ("event_id", "type", "webhook", "state", "attempts", "next", "created")
    list_filter = ("type", "webhook__organization", "created_at")
    list_select_related = ("webhook",)
    show_full_result_count = False
    search_fields = ("event_id",)
    actions = ("redeliver",)
    inlines = (TryInline,)
    fields = ("id", "event_id", "type", "webhook", "address", "state", "attempts", "payload")

    @admin.display(description="Next try")
    def next(self, delivery: Delivery) -> str:
        return format_time(delivery.next_at)

    @admin.display(description="Created", ordering="created_at")
    def created(self, delivery: Delivery) -> str:
        return format_time(delivery.created_at)

    @admin.action(description="Redeliver selected events", permissions=["operate"])
    def redeliver(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        count = 0
        for delivery in queryset.select_related("webhook"):
            try:
                endpoints.redeliver(delivery)
                count += 1
            except Refused as refused:
                self.message_user(request, f"{delivery}: {refused.message}", messages.WARNING)
        self.message_user(request, f"{count} deliveries are due again.", messages.SUCCESS)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Allow users with the permission to change deliveries."""
        return request.user.has_perm("jobs.change_delivery")
