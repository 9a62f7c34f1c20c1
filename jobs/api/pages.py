"""Pages of lists."""

from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class NewestFirst(CursorPagination):
    """Keyset pages: a row that comes in between moves no other to another page."""

    ordering = ("-created_at", "-id")
    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"

    def decode_cursor(self, request: Request) -> Any:
        """Read the cursor; one that is none of ours is not found, whatever it says."""
        cursor = super().decode_cursor(request)
        if cursor is not None and not _is_time(cursor.position):
            raise NotFound(self.invalid_cursor_message)
        return cursor


def _is_time(position: Any) -> bool:
    try:
        found = None if position is None else parse_datetime(position)
    except ValueError:
        return False
    return position is None or (found is not None and found.tzinfo is not None)
