"""Search providers behind one interface: `search` queries the configured one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone

from jobs.ai.web.search.request import invalid_response, send_request
from jobs.ai.web.search.results import SearchResult, parse_results
from jobs.errors import InvalidInput

__all__ = ["SearchResult", "is_configured", "search"]

MAX_QUERY_CHARACTERS = 400
"""Tavily rejects longer queries."""
NOT_CONFIGURED = (
    "No search provider is configured (AI_SEARCH_PROVIDER), so the web is not searched."
)


@dataclass(frozen=True, kw_only=True)
class ProviderAccount:
    """Connection settings of a provider."""

    base_url: str
    api_key: str = field(repr=False)
    timeout: float
    """Seconds without a byte from the provider."""


class ProviderQuery(Protocol):
    """Queries one provider.

    Raises an `AttemptError`; KeyError, TypeError or AttributeError for a malformed response.
    """

    def __call__(
        self, account: ProviderAccount, query: str, limit: int, since: date | None
    ) -> list[SearchResult]:
        """Return at most `limit` pages, best first; with `since`, only those published since."""


def is_configured() -> bool:
    """Whether a search provider is configured."""
    return bool(settings.AI_SEARCH_PROVIDER)


def search(query: str, limit: int, *, days: int | None = None) -> list[SearchResult]:
    """Search the web. Returns at most `limit` pages, best first.

    `days` limits the search to pages published within the last `days` days. The call is paid: run
    it in a step of its own. Raises `InvalidInput` if no provider is configured; other errors are:
    `AuthenticationFailed` (final), `RateLimited` with the provider's Retry-After, `TransientError`
    (time-out, HTTP 5xx), `InvalidOutput`.
    """
    if not is_configured():
        raise InvalidInput(NOT_CONFIGURED)
    name = settings.AI_SEARCH_PROVIDER
    provider = PROVIDERS[name]
    account = ProviderAccount(
        base_url=(settings.AI_SEARCH_BASE_URL or provider.base_url).rstrip("/"),
        api_key=settings.AI_SEARCH_API_KEY,
        timeout=settings.AI_SEARCH_TIMEOUT,
    )
    since = None if days is None else timezone.now().date() - timedelta(days=days)
    try:
        return provider.query(account, " ".join(query.split())[:MAX_QUERY_CHARACTERS], limit, since)
    except (KeyError, TypeError, AttributeError):
        raise invalid_response(name) from None


def query_exa(
    account: ProviderAccount, query: str, limit: int, since: date | None
) -> list[SearchResult]:
    """Query Exa: POST /search, with the text of the pages (exa.ai/docs/reference/search)."""
    body: dict[str, Any] = {
        "query": query,
        "numResults": limit,
        "contents": {"text": {"maxCharacters": 1000}},
    }
    if since is not None:
        body["startPublishedDate"] = since.isoformat()
    response = send_request(
        "exa",
        "POST",
        f"{account.base_url}/search",
        headers={"x-api-key": account.api_key},
        json=body,
        timeout=account.timeout,
    )
    return parse_results(
        "exa", response["results"], limit, snippet="text", published="publishedDate"
    )


def query_tavily(
    account: ProviderAccount, query: str, limit: int, since: date | None
) -> list[SearchResult]:
    """Query Tavily: POST /search (docs.tavily.com), with the topic `news` if `since` is set.

    Only news results have a date of publication.
    """
    body: dict[str, Any] = {"query": query, "max_results": limit, "topic": "general"}
    if since is not None:
        body |= {"topic": "news", "start_date": since.isoformat()}
    response = send_request(
        "tavily",
        "POST",
        f"{account.base_url}/search",
        headers={"Authorization": f"Bearer {account.api_key}"},
        json=body,
        timeout=account.timeout,
    )
    return parse_results(
        "tavily", response["results"], limit, snippet="content", published="published_date"
    )


def query_searxng(
    account: ProviderAccount, query: str, limit: int, since: date | None
) -> list[SearchResult]:
    """Query SearXNG: GET /search?format=json (docs.searxng.org/dev/search_api).

    It supports named time ranges only, and decides itself how many results it returns.
    """
    parameters: Mapping[str, str] = {"q": query, "format": "json", **_time_range(since)}
    response = send_request(
        "searxng",
        "GET",
        f"{account.base_url}/search",
        headers={"Authorization": f"Bearer {account.api_key}"} if account.api_key else {},
        params=parameters,
        timeout=account.timeout,
    )
    found = parse_results(
        "searxng",
        response["results"],
        len(response["results"]),
        snippet="content",
        published="publishedDate",
    )
    return [
        result
        for result in found
        if not (since and result.publication_date and result.publication_date < since)
    ][:limit]


def _time_range(since: date | None) -> dict[str, str]:
    if since is None:
        return {}
    days = (timezone.now().date() - since).days
    return {
        "time_range": next((name for max_days, name in TIME_RANGES if days <= max_days), "year")
    }


TIME_RANGES = ((1, "day"), (31, "month"))


@dataclass(frozen=True, kw_only=True)
class SearchProvider:
    query: ProviderQuery
    base_url: str
    """Default address; empty for a self-hosted provider."""


PROVIDERS = {
    "exa": SearchProvider(query=query_exa, base_url="https://api.exa.ai"),
    "tavily": SearchProvider(query=query_tavily, base_url="https://api.tavily.com"),
    "searxng": SearchProvider(query=query_searxng, base_url=""),
}
