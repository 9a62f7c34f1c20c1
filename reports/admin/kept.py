"""What jobs leave for operators to read: all of a row, and nothing of it can be changed."""

from typing import Any

from django.contrib import admin
from django.db.models import FileField, Model
from django.http import HttpRequest


class Kept(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that jobs write. Where nobody else can, operators delete them."""

    list_select_related = ("organization", "owner")
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Show all fields but files, which have no address."""
        fields = self.model._meta.fields
        return [field.name for field in fields if not isinstance(field, FileField)]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Show also what no form has: id and times."""
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Forbid adding: jobs do."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Forbid changing: it is evidence."""
        return False
