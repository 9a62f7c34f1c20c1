"""Admin pages of reports, read-only."""

from django.contrib import admin

from jobs.admin.read_only import ReadOnly
from reports.admin.base import StoredRowAdmin
from reports.models import Report


@admin.register(Report)
class ReportAdmin(ReadOnly, StoredRowAdmin):
    """Reports. Their owners delete them and their files over the API."""

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
