"""Short crawl of a company's site: the home page, and one page of each informative kind."""

import re
import time
from collections.abc import Callable, Iterable
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel

from jobs.ai.web.fetcher import Fetcher
from jobs.ai.web.page import Link, WebPage, extract_links, extract_page
from jobs.errors import AttemptError

MAX_CRAWL_SECONDS = 45.0
"""After these, no further page is started."""
PAGE_KINDS = {
    "pricing": r"pric(?:e|es|ing)|plans|preise|tarifs?",
    "products": r"products?|platform|features?|solutions?|services?|produkte|leistungen|loesungen",
    "about": r"about(?:-?us)?|company|who-we-are|our-story|ueber-uns|unternehmen",
    "customers": r"customers?|clients?|case-?stud(?:y|ies)|references?|industries|kunden",
    "news": r"news|press|newsroom|aktuelles|presse",
}
"""Path segments and link texts of each kind of page, the most informative kind first."""

OnPage = Callable[[int, int], None]
"""Called before each page with its number, from 1, and the number of pages."""


class SiteCrawl(BaseModel):
    """The pages read of a site, and a sentence for each part that was not read."""

    pages: list[WebPage]
    missing: list[str] = []


def crawl_site(fetcher: Fetcher, url: str, on_page: OnPage) -> SiteCrawl:
    """Read a site's home page, and one page of each kind that it links to on the same host.

    Raises what `Fetcher.fetch` raises for the home page. Another page that cannot be read is noted
    in `missing`.
    """
    started = time.monotonic()
    on_page(1, 1)
    home = fetcher.fetch(url)
    crawl = SiteCrawl(pages=[extract_page(home)])
    chosen = choose_pages(extract_links(home), home.url)
    for number, link in enumerate(chosen, start=2):
        if time.monotonic() - started > MAX_CRAWL_SECONDS:
            crawl.missing.append(f"The site is slow: {link} and the pages after it were not read.")
            break
        on_page(number, len(chosen) + 1)
        try:
            crawl.pages.append(extract_page(fetcher.fetch(link)))
        except AttemptError as error:
            crawl.missing.append(f"{link} was not read: {error.message}")
    crawl.missing += _gaps(crawl.pages)
    return crawl


def choose_pages(links: Iterable[Link], home: str) -> list[str]:
    """Choose at most one page of each kind on the same host: the one with the shortest URL."""
    chosen: dict[str, str] = {}
    for link in links:
        if _host(link.url) != _host(home) or _path(link.url) == _path(home):
            continue
        kind = _kind(link)
        if kind and (kind not in chosen or len(link.url) < len(chosen[kind])):
            chosen[kind] = link.url
    return list(dict.fromkeys(chosen[kind] for kind in PAGE_KINDS if kind in chosen))


def _kind(link: Link) -> str:
    parts = [part for part in _path(link.url).lower().split("/") if part]
    names = {part.partition(".")[0] for part in parts} | {link.text.lower().replace(" ", "-")}
    for kind, pattern in PAGE_KINDS.items():
        if any(re.fullmatch(pattern, name) for name in names):
            return kind
    return ""


def _gaps(pages: Iterable[WebPage]) -> list[str]:
    gaps = []
    for page in pages:
        if not page.text:
            gaps.append(f"{page.url} has no text that can be read without running its scripts.")
        elif page.clipped:
            gaps.append(f"Only the beginning of {page.url} was read.")
    return gaps


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).rstrip("/")
