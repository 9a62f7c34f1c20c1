"""Admin pages of option analyses."""

from django.contrib import admin

from reports.admin.base import StoredRowAdmin
from reports.models import OptionAnalysis


@admin.register(OptionAnalysis)
class OptionAnalysisAdmin(StoredRowAdmin):
    """Analyses of options."""

    list_display = ("option", "decision", "score", "organization", "owner", "model", "created_at")
    list_filter = ("model", "organization")
    search_fields = ("option", "decision")
