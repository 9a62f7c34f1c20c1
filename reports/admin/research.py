"""Admin pages of research."""

from django.contrib import admin

from reports.admin.base import StoredRowAdmin
from reports.models import CompetitorProfile, EvidenceItem


@admin.register(CompetitorProfile)
class CompetitorProfileAdmin(StoredRowAdmin):
    """Profiles of competitors."""

    list_display = ("company", "url", "decision", "organization", "owner", "model", "created_at")
    list_filter = ("model", "organization")
    search_fields = ("company", "decision", "url")


@admin.register(EvidenceItem)
class EvidenceItemAdmin(StoredRowAdmin):
    """Market evidence."""

    list_display = ("statement", "source_title", "score", "decision", "organization", "created_at")
    list_filter = ("model", "organization")
    search_fields = ("statement", "question", "decision", "source_title")
