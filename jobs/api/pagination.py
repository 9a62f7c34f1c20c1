"""Pagination of lists."""

from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from jobs.api.request_bodies import parse_integer
from jobs.errors import Fault, InvalidSubmission


class NewestFirstPagination(CursorPagination):
    """Keyset pagination: a new row does not move other rows to a different page."""

    ordering = ("-created_at", "-id")
    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"

    def get_page_size(self, request: Request) -> int | None:
        """Return the requested page size; raises `InvalidSubmission` for an invalid one."""
        text = request.query_params.get(self.page_size_query_param)
        if text is None:
            return self.page_size
        size = parse_integer(text, maximum=self.max_page_size)
        if size is None:
            detail = f"`limit` must be from 1 to {self.max_page_size}."
            raise InvalidSubmission(detail, [Fault(pointer="/limit", code="range", detail=detail)])
        return size

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the query parameters in the OpenAPI document."""
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size}
        return [
            {"name": self.cursor_query_param, "in": "query", "schema": {"type": "string"}},
            {"name": self.page_size_query_param, "in": "query", "schema": size},
        ]

    def decode_cursor(self, request: Request) -> Any:
        """Decode the cursor; raises `InvalidSubmission` for an invalid one."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and not _is_time(cursor.position):
                raise NotFound
        except NotFound:
            detail = "`cursor` is not valid. Pass the `next` value of the previous page unchanged."
            fault = Fault(pointer="/cursor", code="invalid", detail=detail)
            raise InvalidSubmission(detail, [fault]) from None
        return cursor


PAGE_PARAMETERS = frozenset(
    {NewestFirstPagination.cursor_query_param, NewestFirstPagination.page_size_query_param}
)


def _is_time(position: Any) -> bool:
    try:
        found = None if position is None else parse_datetime(position)
    except ValueError:
        return False
    return position is None or (found is not None and found.tzinfo is not None)
