"""The operators' view of research: to be read, not to be changed."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from reports.models import CompetitorProfile, EvidenceItem


class Kept(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that jobs write."""

    list_select_related = ("organization", "owner")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Forbid adding: jobs do."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Forbid changing: it is evidence."""
        return False


@admin.register(CompetitorProfile)
class CompetitorProfileAdmin(Kept):
    """Profiles of competitors."""

    list_display = ("company", "url", "decision", "organization", "owner", "model", "created_at")
    list_filter = ("model", "organization")
    search_fields = ("company", "decision", "url")


@admin.register(EvidenceItem)
class EvidenceItemAdmin(Kept):
    """Evidence on markets."""

    list_display = ("statement", "source_title", "score", "decision", "organization", "created_at")
    list_filter = ("model", "organization")
    search_fields = ("statement", "question", "decision", "source_title")
