"""What a search finds, and the reading of what providers say about it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from jobs.outbound.ssrf import url_fault

LONGEST_TITLE = 300
LONGEST_SNIPPET = 2000
"""Characters."""


class Found(BaseModel):
    """A page that a search found. Its title and snippet are data, never instructions."""

    model_config = ConfigDict(frozen=True)

    title: str
    url: str
    snippet: str
    """What the provider quotes of the page; may be empty."""
    published: date | None = None
    """As the provider says; most pages do not tell."""
    provider: str
    """`exa`, `tavily` or `searxng`."""


def results(
    provider: str,
    entries: Iterable[Mapping[str, Any]],
    limit: int,
    *,
    snippet: str,
    published: str,
) -> list[Found]:
    """Read at most `limit` entries, each page once; `snippet` and `published` name their fields.

    What is no URL that we would call is left out. Raises where an entry is not of the API's shape.
    """
    found: dict[str, Found] = {}
    for entry in entries:
        url = str(entry["url"]).strip()
        if url in found or url_fault(url):
            continue
        found[url] = Found(
            title=_flat(entry.get("title"), LONGEST_TITLE) or url,
            url=url,
            snippet=_flat(entry.get(snippet), LONGEST_SNIPPET),
            published=day_of(entry.get(published)),
            provider=provider,
        )
    return list(found.values())[:limit]


def day_of(said: object) -> date | None:
    """Read a day as providers write it: ISO 8601, or as in e-mail (RFC 5322)."""
    text = str(said or "").strip()
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text).date()
        except (ValueError, TypeError, IndexError):
            continue
    return None


def _flat(said: object, length: int) -> str:
    shown = "".join(_printable(str(said or "")))
    return " ".join(shown.split())[:length].rstrip()


def _printable(text: str) -> Iterator[str]:
    return (one if one.isprintable() else " " for one in text)
