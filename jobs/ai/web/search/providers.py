"""Search providers behind one interface: `search` asks the one that settings name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone

from jobs.ai.web.search.request import call, not_an_answer
from jobs.ai.web.search.results import Found, results
from jobs.errors import InvalidInput

__all__ = ["Found", "is_configured", "search"]

LONGEST_QUERY = 400
"""Characters; Tavily refuses more."""
NOT_CONFIGURED = (
    "No search provider is configured (AI_SEARCH_PROVIDER), so the web is not searched."
)


@dataclass(frozen=True, kw_only=True)
class Account:
    """How a provider is reached."""

    base_url: str
    api_key: str = field(repr=False)
    timeout: float
    """Seconds without a byte from the provider."""


class Ask(Protocol):
    """Asks one provider. Raises an `AttemptError`, KeyError or TypeError for a strange answer."""

    def __call__(self, account: Account, query: str, limit: int, since: date | None) -> list[Found]:
        """Give at most `limit` pages, the best first, published `since` a day if that is given."""


def is_configured() -> bool:
    """Whether settings name a search provider; without one nothing of the web is found."""
    return bool(settings.AI_SEARCH_PROVIDER)


def search(query: str, limit: int, *, days: int | None = None) -> list[Found]:
    """Search the web: give at most `limit` pages, the best first.

    `days` asks for pages published within the last so many days. This is a paid call: give it a
    step of its own. Raises `InvalidInput` where no provider is configured, else an `AttemptError`:
    `AuthenticationFailed` (final), `RateLimited` with the provider's Retry-After, `TransientError`
    (time-out, HTTP 5xx), `InvalidOutput`.
    """
    if not is_configured():
        raise InvalidInput(NOT_CONFIGURED)
    name = settings.AI_SEARCH_PROVIDER
    provider = PROVIDERS[name]
    account = Account(
        base_url=(settings.AI_SEARCH_BASE_URL or provider.base_url).rstrip("/"),
        api_key=settings.AI_SEARCH_API_KEY,
        timeout=settings.AI_SEARCH_TIMEOUT,
    )
    since = None if days is None else timezone.now().date() - timedelta(days=days)
    try:
        return provider.ask(account, " ".join(query.split())[:LONGEST_QUERY], limit, since)
    except (KeyError, TypeError, AttributeError):
        raise not_an_answer(name) from None


def ask_exa(account: Account, query: str, limit: int, since: date | None) -> list[Found]:
    """Ask Exa: POST /search, with text of the pages (exa.ai/docs/reference/search)."""
    body: dict[str, Any] = {
        "query": query,
        "numResults": limit,
        "contents": {"text": {"maxCharacters": 1000}},
    }
    if since is not None:
        body["startPublishedDate"] = since.isoformat()
    answer = call(
        "exa",
        "POST",
        f"{account.base_url}/search",
        headers={"x-api-key": account.api_key},
        json=body,
        timeout=account.timeout,
    )
    return results("exa", answer["results"], limit, snippet="text", published="publishedDate")


def ask_tavily(account: Account, query: str, limit: int, since: date | None) -> list[Found]:
    """Ask Tavily: POST /search (docs.tavily.com); what is recent is asked for as news.

    Only its news have a day of publication.
    """
    body: dict[str, Any] = {"query": query, "max_results": limit, "topic": "general"}
    if since is not None:
        body |= {"topic": "news", "start_date": since.isoformat()}
    answer = call(
        "tavily",
        "POST",
        f"{account.base_url}/search",
        headers={"Authorization": f"Bearer {account.api_key}"},
        json=body,
        timeout=account.timeout,
    )
    return results(
        "tavily", answer["results"], limit, snippet="content", published="published_date"
    )


def ask_searxng(account: Account, query: str, limit: int, since: date | None) -> list[Found]:
    """Ask a SearXNG: GET /search?format=json (docs.searxng.org/dev/search_api).

    It knows ranges of time by name only, and gives as many results as it likes.
    """
    parameters: Mapping[str, str] = {"q": query, "format": "json", **_range(since)}
    answer = call(
        "searxng",
        "GET",
        f"{account.base_url}/search",
        headers={"Authorization": f"Bearer {account.api_key}"} if account.api_key else {},
        params=parameters,
        timeout=account.timeout,
    )
    found = results(
        "searxng",
        answer["results"],
        len(answer["results"]),
        snippet="content",
        published="publishedDate",
    )
    recent = [one for one in found if not (since and one.published and one.published < since)]
    return recent[:limit]


def _range(since: date | None) -> dict[str, str]:
    if since is None:
        return {}
    days = (timezone.now().date() - since).days
    return {"time_range": next((name for most, name in RANGES if days <= most), "year")}


RANGES = ((1, "day"), (31, "month"))


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A provider that settings may name."""

    ask: Ask
    base_url: str
    """Where it is unless settings say otherwise; empty where everybody runs their own."""


PROVIDERS = {
    "exa": Provider(ask=ask_exa, base_url="https://api.exa.ai"),
    "tavily": Provider(ask=ask_tavily, base_url="https://api.tavily.com"),
    "searxng": Provider(ask=ask_searxng, base_url=""),
}
