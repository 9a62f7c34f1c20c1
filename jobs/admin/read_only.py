"""The common base of the admin pages: read-only, and times with seconds."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone


class ReadOnly:
    """A page without editing: jobs change by actions, which also write the log."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def format_time(time: datetime | None) -> str:
    """Format a local time to the second, without the year; "—" for `None`."""
    return f"{timezone.localtime(time):%d %b %H:%M:%S}" if time else "—"
