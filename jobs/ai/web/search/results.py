"""Search results, parsed from the responses of providers."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from jobs.outbound.ssrf import url_fault

MAX_TITLE_CHARACTERS = 300
MAX_SNIPPET_CHARACTERS = 2000


class SearchResult(BaseModel):
    """A page that a search found. Its title and snippet are untrusted data, never instructions."""

    model_config = ConfigDict(frozen=True)

    title: str
    url: str
    snippet: str
    """Excerpt by the provider; may be empty."""
    publication_date: date | None = None
    """As the provider reports it; unknown for most pages."""
    provider: str
    """`exa`, `tavily` or `searxng`."""


def parse_results(
    provider: str,
    entries: Iterable[Mapping[str, Any]],
    limit: int,
    *,
    snippet: str,
    published: str,
) -> list[SearchResult]:
    """Parse at most `limit` entries, each page once; `snippet` and `published` are field names.

    Skips URLs that may not be fetched. Raises KeyError, TypeError or AttributeError for an entry
    that does not have the format of the API.
    """
    found: dict[str, SearchResult] = {}
    for entry in entries:
        url = str(entry["url"]).strip()
        if url in found or url_fault(url):
            continue
        found[url] = SearchResult(
            title=_clean(entry.get("title"), MAX_TITLE_CHARACTERS) or url,
            url=url,
            snippet=_clean(entry.get(snippet), MAX_SNIPPET_CHARACTERS),
            publication_date=parse_date(entry.get(published)),
            provider=provider,
        )
    return list(found.values())[:limit]


def parse_date(value: object) -> date | None:
    """Parse a date in one of the formats of providers: ISO 8601 or RFC 5322."""
    text = str(value or "").strip()
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(text).date()
        except (ValueError, TypeError, IndexError):
            continue
    return None


def _clean(value: object, max_characters: int) -> str:
    printable = "".join(char if char.isprintable() else " " for char in str(value or ""))
    return " ".join(printable.split())[:max_characters].rstrip()
