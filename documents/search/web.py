"""Searches the web, if a search provider is configured."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from pydantic import BaseModel

from documents.search.evidence import EvidenceHit
from documents.search.fusion import fuse_rankings
from jobs.ai.web.search import providers


class WebSearchPage(Protocol):
    """A page found by a provider. Its title and snippet are untrusted data."""

    @property
    def title(self) -> str:
        """Title of the page."""

    @property
    def url(self) -> str:
        """Address of the page."""

    @property
    def snippet(self) -> str:
        """Excerpt given by the provider; may be empty."""

    @property
    def publication_date(self) -> date | None:
        """Date given by the provider; most pages have none."""


WebSearch = Callable[[str, int], Sequence[WebSearchPage]]
"""Returns at most so many pages for a query, best first. Raises an `AttemptError`."""


class WebEvidence(BaseModel):
    """Evidence from the web, best first."""

    items: list[EvidenceHit]


def provider() -> WebSearch | None:
    """Return the search function, or None if no provider is configured."""
    return providers.search if providers.is_configured() else None


def search_web(search: WebSearch, query: str, limit: int) -> WebEvidence:
    """Call the provider once, since calls are paid. Raises an `AttemptError`."""
    pages = {page.url: page for page in search(query, limit)}
    items = [
        EvidenceHit(
            source="web",
            score=round(score, 4),
            name=pages[url].title,
            snippet=pages[url].snippet,
            highlights=[],
            found_by=["web"],
            url=url,
            published=pages[url].publication_date,
        )
        for url, score in fuse_rankings([list(pages)]).items()
    ]
    return WebEvidence(items=items)
