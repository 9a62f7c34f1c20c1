"""The operators' view of reports: to be read, not to be changed."""

from django.contrib import admin

from jobs.admin.reading import ReadOnly
from reports.models import Report


@admin.register(Report)
class ReportAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Reports. Their owners delete them, over the API, and their files with them."""

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
