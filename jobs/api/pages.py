"""Pages of lists."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """Keyset pages: a row that comes in between moves no other to another page."""

    ordering = ("-created_at", "-id")
    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
