"""An error of a search provider becomes an error of `jobs.errors` that decides about a retry."""

from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from jobs.ai.web.search.providers import search
from jobs.errors import (
    AttemptError,
    AuthenticationFailed,
    InvalidInput,
    InvalidOutput,
    RateLimited,
    TransientError,
)
from tests.jobs.ai.web.search.formats import FORMATS
from tests.jobs.ai.web.site import Behaviour, Site, data, page


def stall(handler: BaseHTTPRequestHandler) -> None:
    """Wait for the client to give up."""
    handler.rfile.read(1)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without an answer."""
    handler.connection.close()


CASES: list[tuple[Behaviour, type[AttemptError]]] = [
    (data({"error": "Invalid API key"}, 401), AuthenticationFailed),
    (data({"error": "json is off"}, 403), AuthenticationFailed),
    (data({"error": "NO_MORE_CREDITS"}, 402), AuthenticationFailed),
    (data({"detail": {"error": "over the plan"}}, 432), AuthenticationFailed),
    (data({"error": "slow"}, 429), RateLimited),
    (data({"error": "no such parameter"}, 400), InvalidInput),
    (data({}, 500), TransientError),
    (data({}, 503), TransientError),
    (stall, TransientError),
    (hang_up, TransientError),
    (page("<html>welcome</html>"), InvalidOutput),
    (data({"results": None}), InvalidOutput),
    (data({"results": [{"title": "no url"}]}), InvalidOutput),
    (data({"results": ["text"]}), InvalidOutput),
    (data(["a list"]), InvalidOutput),
]


@pytest.fixture(autouse=True, params=sorted(FORMATS))
def _provider(request: pytest.FixtureRequest, site: Site, settings: Any) -> None:
    settings.AI_SEARCH_PROVIDER, settings.AI_SEARCH_API_KEY = request.param, "secret"
    settings.AI_SEARCH_BASE_URL = site.url


@pytest.mark.parametrize(("behaviour", "expected"), CASES)
def test_an_error_of_the_provider_raises_the_matching_error(
    site: Site, settings: Any, behaviour: Behaviour, expected: type[AttemptError]
) -> None:
    site.pages["/search"] = behaviour
    if behaviour is stall:  # the others respond, however busy the machine is
        settings.AI_SEARCH_TIMEOUT = 0.5
    with pytest.raises(expected) as raised:
        search("cranes", 5)
    assert type(raised.value) is expected
    assert len(site.asked) == 1, "the job's policy retries, not the client"
    assert "secret" not in raised.value.message


def test_the_retry_after_of_a_provider_is_kept(site: Site) -> None:
    site.pages["/search"] = data({}, 429, Retry_After="17")
    with pytest.raises(RateLimited) as raised:
        search("cranes", 5)
    assert raised.value.retry_after == timedelta(seconds=17)


def test_an_unreachable_provider_is_a_transient_error(settings: Any) -> None:
    settings.AI_SEARCH_BASE_URL = "http://127.0.0.1:1"
    with pytest.raises(TransientError, match="cannot be reached"):
        search("cranes", 5)
