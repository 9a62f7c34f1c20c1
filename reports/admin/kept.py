"""What research and analyses leave for operators: it may be deleted, and nothing of it changed."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class Kept(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that jobs write, and nobody else deletes."""

    list_select_related = ("organization", "owner")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Forbid adding: jobs do."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Forbid changing: it is evidence."""
        return False
