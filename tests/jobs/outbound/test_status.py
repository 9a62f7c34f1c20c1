"""Each caller of other servers maps the same HTTP status to the same error, with the same wait."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jobs.ai.llm.openai import errors as llm
from jobs.ai.web import fetcher
from jobs.ai.web.decoder import PageUnreadable
from jobs.ai.web.search import request as search
from jobs.errors import AuthenticationFailed, InvalidInput, RateLimited, TransientError
from jobs.outbound.http import OutboundResponse
from jobs.webhooks import post

STATUSES = {
    AuthenticationFailed: {401, 402, 403},
    RateLimited: {429},
    TransientError: {408, 409, 425, *range(500, 600)},
}
WAITING = {429, 502, 503, 504}
"""Statuses whose `Retry-After` counts."""
HEADERS = {"retry-after": "1.5"}
ASKED = timedelta(seconds=1.5)


def error_of_model(status: int, headers: dict[str, str]) -> Any:
    response = SimpleNamespace(headers=headers)
    error: Any = SimpleNamespace(
        status_code=status, code=None, type=None, message="", response=response
    )
    return llm.status_error("model", error)


def error_of_search(status: int, headers: dict[str, str]) -> Any:
    return search.status_error("provider", status, headers)


def error_of_page(status: int, headers: dict[str, str]) -> Any:
    answer = OutboundResponse(status=status, headers=headers, body=b"")
    return fetcher._status_error("https://site.test/", answer)


def expected(status: int) -> type[Exception]:
    return next((error for error, statuses in STATUSES.items() if status in statuses), InvalidInput)


@pytest.mark.parametrize("status", [*range(300, 432), *range(434, 600)])  # Tavily: 432 and 433
@pytest.mark.parametrize("error_of", [error_of_model, error_of_search, error_of_page])
def test_a_status_stands_for_the_same_error_everywhere(
    error_of: Callable[[int, dict[str, str]], Any], status: int
) -> None:
    error = error_of(status, HEADERS)
    if error_of is error_of_page and expected(status) in (AuthenticationFailed, InvalidInput):
        assert type(error) is PageUnreadable
        return
    assert type(error) is expected(status)
    wait = getattr(error, "retry_after", timedelta(0))
    if error_of is error_of_model and status in (502, 503, 504):
        assert wait == llm.UNAVAILABLE_WAIT, (
            "a server that loads a model needs longer than it asks for"
        )
    else:
        assert wait == (ASKED if status in WAITING else timedelta(0))


@pytest.mark.parametrize("status", range(200, 600))
def test_a_webhook_waits_for_the_same_statuses(status: int) -> None:
    result = post._read_response(OutboundResponse(status=status, headers=HEADERS, body=b""))
    assert result["requested_wait"] == (ASKED if status in WAITING else timedelta(0))


@pytest.mark.parametrize("status", [200, 204, 299])
def test_a_success_is_no_error(status: int) -> None:
    assert error_of_page(status, HEADERS) is None
