"""The operators' view of analyses of options: to be read, not to be changed."""

from django.contrib import admin
from django.http import HttpRequest

from reports.models import OptionAnalysis


@admin.register(OptionAnalysis)
class OptionAnalysisAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Analyses of options."""

    list_display = ("option", "decision", "score", "organization", "owner", "model", "created_at")
    list_filter = ("model", "organization")
    list_select_related = ("organization", "owner")
    show_full_result_count = False
    search_fields = ("option", "decision")
    readonly_fields = [field.name for field in OptionAnalysis._meta.fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Forbid adding: jobs analyse options."""
        return False
