"""Serializers of dashboards, charts and messages."""

from rest_framework import serializers
from rest_framework.reverse import reverse

from reports.models import Dashboard, Message, Widget


class DashboardSerializer(serializers.ModelSerializer[Dashboard]):
    """A dashboard without its charts."""

    owner = serializers.CharField(source="owner.username")
    organization = serializers.CharField(source="organization.slug")
    links = serializers.SerializerMethodField()

    class Meta:
        model = Dashboard
        fields = (
            "id",
            "name",
            "description",
            "created_at",
            "updated_at",
            "owner",
            "organization",
            "links",
        )
        read_only_fields = fields

    def get_links(self, dashboard: Dashboard) -> dict[str, str]:
        here = reverse("dashboard-detail", args=[dashboard.pk])
        parts = {name: f"{here}/{name}" for name in ("widgets", "messages", "ask")}
        return {"self": here, **parts}


class WidgetSerializer(serializers.ModelSerializer[Widget]):
    """A chart as Vega-Lite with its data."""

    spec = serializers.DictField(help_text="Vega-Lite 5, with its data.")
    links = serializers.SerializerMethodField()

    class Meta:
        model = Widget
        fields = (
            "id",
            "dashboard",
            "title",
            "kind",
            "spec",
            "answer",
            "document",
            "sheet",
            "position",
            "version",
            "job",
            "created_at",
            "updated_at",
            "links",
        )
        read_only_fields = fields

    def get_links(self, widget: Widget) -> dict[str, str]:
        return {"image": reverse("widget-image", args=[widget.dashboard_id, widget.pk])}


class MessageSerializer(serializers.ModelSerializer[Message]):
    """A question or an answer."""

    class Meta:
        model = Message
        fields = ("id", "chat", "role", "text", "widgets", "job", "created_at")
        read_only_fields = fields
