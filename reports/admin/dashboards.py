"""Admin pages of dashboards, read-only."""

from base64 import b64encode

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.admin.read_only import ReadOnly
from reports.admin.base import StoredRowAdmin
from reports.models import Dashboard, Message, Widget


class WidgetInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """Charts of a dashboard, as images."""

    model = Widget
    fields = readonly_fields = ("position", "chart", "answer", "version", "updated_at")

    def chart(self, widget: Widget) -> SafeString:
        """Return the chart as an image, which cannot run scripts."""
        return picture(widget)


class MessageInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    """Messages of a dashboard."""

    model = Message
    fields = readonly_fields = ("created_at", "chat", "role", "text", "job")


@admin.register(Dashboard)
class DashboardAdmin(ReadOnly, StoredRowAdmin):
    """Dashboards. Their tenants create and delete them."""

    list_display = ("name", "organization", "owner", "created_at", "updated_at")
    list_filter = ("organization",)
    search_fields = ("name",)
    inlines = (WidgetInline, MessageInline)


def picture(widget: Widget) -> SafeString:
    """Return the chart as an HTML image: an SVG in an image runs no scripts and loads nothing."""
    source = f"data:image/svg+xml;base64,{b64encode(widget.svg.encode()).decode()}"
    return format_html('<img src="{}" alt="{}" width="448">', source, widget.title)
