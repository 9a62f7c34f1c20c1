"""The operators' view of reports: to be read, not to be changed."""

from django.contrib import admin
from django.http import HttpRequest

from reports.models import Report


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Reports."""

    list_display = (
        "title",
        "kind",
        "organization",
        "owner",
        "model",
        "partial",
        "pages",
        "created_at",
    )
    list_filter = ("kind", "partial", "model", "organization")
    list_select_related = ("organization", "owner")
    show_full_result_count = False
    search_fields = ("title", "decision", "subject", "project", "contract_name")
    readonly_fields = [field.name for field in Report._meta.fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Forbid adding: jobs write reports."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        """Forbid deleting: its file would stay."""
        return False
