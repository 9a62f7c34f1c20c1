"""The operators' view of reports: to be read, not to be changed."""

from django.contrib import admin
from django.http import HttpRequest

from reports.admin.reading import Kept
from reports.models import Report


@admin.register(Report)
class ReportAdmin(Kept):
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
    search_fields = ("title", "decision", "subject", "project", "contract_name")

    def has_delete_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        """Forbid deleting: its file would stay."""
        return False
