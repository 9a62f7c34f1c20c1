"""What the operators' pages have in common: they are read, and times have seconds."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone


class ReadOnly:
    """A page where nothing can be typed in: jobs change by verbs, and the verbs write the log."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Forbid adding."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Forbid changing."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Forbid deleting."""
        return False


def moment(time: datetime | None) -> str:
    """Show a time to the second; the year goes without saying."""
    return f"{timezone.localtime(time):%d %b %H:%M:%S}" if time else "—"
