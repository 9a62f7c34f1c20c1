"""A look around a company's site: its home page, and the pages that tell most."""

import re
import time
from collections.abc import Callable, Iterable
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel

from jobs.ai.web.fetcher import Fetcher
from jobs.ai.web.page import Link, Page, links, read
from jobs.errors import AttemptError

SECONDS = 45.0
"""After which no further page is begun."""
TELLING = {
    "pricing": r"pric(?:e|es|ing)|plans|preise|tarifs?",
    "products": r"products?|platform|features?|solutions?|services?|produkte|leistungen|loesungen",
    "about": r"about(?:-?us)?|company|who-we-are|our-story|ueber-uns|unternehmen",
    "customers": r"customers?|clients?|case-?stud(?:y|ies)|references?|industries|kunden",
    "news": r"news|press|newsroom|aktuelles|presse",
}
"""What pages that tell of a company are called, in the order in which they are wanted."""

OnPage = Callable[[int, int], None]
"""Is told before a page is read: its number, from 1, and how many there are."""


class Tour(BaseModel):
    """What was read of a site, and what was not."""

    pages: list[Page]
    missing: list[str] = []


def tour(fetcher: Fetcher, url: str, on_page: OnPage) -> Tour:
    """Read a site's home page, and one page of each kind that it links to on the same host.

    Raises what `Fetcher.fetch` raises for the home page; another page that cannot be read is noted.
    """
    begun = time.monotonic()
    on_page(1, 1)
    home = fetcher.fetch(url)
    found = Tour(pages=[read(home)])
    wanted = telling(links(home), home.url)
    for number, link in enumerate(wanted, start=2):
        if time.monotonic() - begun > SECONDS:
            found.missing.append(f"The site is slow: {link} and what follows were not read.")
            break
        on_page(number, len(wanted) + 1)
        try:
            found.pages.append(read(fetcher.fetch(link)))
        except AttemptError as error:
            found.missing.append(f"{link} was not read: {error.message}")
    found.missing += _gaps(found.pages)
    return found


def telling(found: Iterable[Link], home: str) -> list[str]:
    """Choose at most one page of each kind: of the same host, the one with the shortest path."""
    chosen: dict[str, str] = {}
    for link in found:
        if _host(link.url) != _host(home) or _path(link.url) == _path(home):
            continue
        kind = _kind(link)
        if kind and (kind not in chosen or len(link.url) < len(chosen[kind])):
            chosen[kind] = link.url
    return list(dict.fromkeys(chosen[kind] for kind in TELLING if kind in chosen))


def _kind(link: Link) -> str:
    parts = [part for part in _path(link.url).lower().split("/") if part]
    names = {part.partition(".")[0] for part in parts} | {link.text.lower().replace(" ", "-")}
    for kind, pattern in TELLING.items():
        if any(re.fullmatch(pattern, name) for name in names):
            return kind
    return ""


def _gaps(pages: Iterable[Page]) -> list[str]:
    said = []
    for page in pages:
        if not page.text:
            said.append(f"{page.url} has no text that can be read without running its scripts.")
        elif page.clipped:
            said.append(f"Only the beginning of {page.url} was read.")
    return said


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).rstrip("/")
