"""The operators' view of dashboards: to be read, not to be changed."""

from base64 import b64encode
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.admin.reading import Kept
from reports.models import Dashboard, Message, Widget


class WidgetInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """The charts of a dashboard, drawn."""

    model = Widget
    fields = readonly_fields = ("position", "chart", "answer", "version", "updated_at")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Forbid adding: jobs make charts."""
        return False

    def chart(self, widget: Widget) -> SafeString:
        """Show the drawing as a picture, in which nothing can run."""
        return picture(widget)


class MessageInline(admin.TabularInline):  # type: ignore[type-arg]
    """What was said on a dashboard."""

    model = Message
    fields = readonly_fields = ("created_at", "chat", "role", "text", "job")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Forbid adding: jobs note what was said."""
        return False


@admin.register(Dashboard)
class DashboardAdmin(Kept):
    """Dashboards."""

    list_display = ("name", "organization", "owner", "created_at", "updated_at")
    list_filter = ("organization",)
    search_fields = ("name",)
    inlines = (WidgetInline, MessageInline)

    def has_delete_permission(self, request: HttpRequest, obj: Dashboard | None = None) -> bool:
        """Forbid deleting: it is the tenant's to do."""
        return False


def picture(widget: Widget) -> SafeString:
    """Give a drawing as an HTML image: an SVG in an image runs no scripts and loads nothing."""
    source = f"data:image/svg+xml;base64,{b64encode(widget.svg.encode()).decode()}"
    return format_html('<img src="{}" alt="{}" style="max-width: 30rem">', source, widget.title)
