"""Base admin page of rows that jobs write: shows every field, allows no changes."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Field, FileField, JSONField, Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

AdminField = str | Callable[[Model], str]
"""A field name, or a function that returns its text."""


class StoredRowAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that jobs write. Operators can delete them if their tenants cannot."""

    list_select_related = ("organization", "owner")
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Show every field. Files are shown by name without a link, since nothing serves them."""
        return [_admin_field(field) for field in self.model._meta.fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Show also the fields that no form has: id and times."""
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: only jobs add rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: the rows are evidence."""
        return False


def _admin_field(field: "Field[Any, Any]") -> AdminField:
    name = field.name

    def text(row: Model) -> SafeString:
        lines = json.dumps(getattr(row, name), indent=2, ensure_ascii=False)
        return format_html('<pre style="white-space: pre-wrap; margin: 0">{}</pre>', lines)

    def file(row: Model) -> str:
        return str(getattr(row, name))

    shown = text if isinstance(field, JSONField) else file
    if not isinstance(field, JSONField | FileField):
        return name
    return admin.display(description=str(field.verbose_name))(shown)
