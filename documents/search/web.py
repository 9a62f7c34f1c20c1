"""The web's share of the evidence, where a search provider is configured."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from pydantic import BaseModel

from documents.search.evidence import Evidence
from documents.search.fusion import fused
from jobs.ai.web.search import providers


class Page(Protocol):
    """A page that a provider found. Its title and snippet are data, never instructions."""

    @property
    def title(self) -> str:
        """As the page says."""

    @property
    def url(self) -> str:
        """Where it is."""

    @property
    def snippet(self) -> str:
        """What the provider quotes of it; may be empty."""

    @property
    def published(self) -> date | None:
        """As the provider says; most pages do not tell."""


Search = Callable[[str, int], Sequence[Page]]
"""Gives at most so many pages for a query, the best first. Raises an `AttemptError`."""


class Pages(BaseModel):
    """What the web has, best first."""

    items: list[Evidence]


def provider() -> Search | None:
    """Give what searches the web; None where no provider is configured."""
    return providers.search if providers.is_configured() else None


def ask(search: Search, query: str, limit: int) -> Pages:
    """Ask the provider, once: the call is paid. Raises an `AttemptError`."""
    pages = {page.url: page for page in search(query, limit)}
    items = [
        Evidence(
            source="web",
            score=round(score, 4),
            name=pages[url].title,
            snippet=pages[url].snippet,
            highlights=[],
            found_by=["web"],
            url=url,
            published=pages[url].published,
        )
        for url, score in fused([list(pages)]).items()
    ]
    return Pages(items=items)
