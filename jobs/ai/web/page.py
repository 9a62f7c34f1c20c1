"""Content of a web page: its text, title, date of publication, and links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urldefrag, urljoin

from pydantic import BaseModel, ConfigDict

from jobs.ai.web.fetcher import FetchedPage
from jobs.outbound.ssrf import url_fault

MAX_TEXT_CHARACTERS = 60_000
MAX_TITLE_CHARACTERS = 300
MAX_LINKS = 1000
DATE_PUBLISHED = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"(\d{4}-\d{2}-\d{2})')
"""The date of publication in a JSON-LD script (schema.org)."""
PLAIN_TEXT_TYPES = {"text/plain", "text/markdown"}


class WebPage(BaseModel):
    """The text of a page. It is untrusted data, never an instruction."""

    model_config = ConfigDict(frozen=True)

    url: str
    title: str
    text: str
    """The main text, without menus; empty if nothing can be read without running scripts."""
    published: date | None = None
    clipped: bool = False
    """Whether `text` is only the beginning of the page."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link of a page."""

    url: str
    text: str


def extract_page(fetched: FetchedPage) -> WebPage:
    """Extract the text, the title and the declared date of publication of a page."""
    if fetched.media_type in PLAIN_TEXT_TYPES:
        return _page(fetched, text=fetched.text)
    tree = _tree(fetched)
    if tree is None:
        return _page(fetched, text="")
    from trafilatura import bare_extraction

    extracted: Any = bare_extraction(
        tree,
        url=fetched.url,
        favor_recall=True,
        include_comments=False,
        with_metadata=True,
        # a date elsewhere on the page is not its date of publication
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if extracted is None:
        return _page(fetched, text="")
    declared = DATE_PUBLISHED.search(fetched.text)
    day = extracted.date or (declared[1] if declared else "")
    return _page(fetched, text=extracted.text or "", title=extracted.title or "", day=day)


def extract_links(fetched: FetchedPage) -> Iterator[Link]:
    """Yield the links of a page to URLs that may be fetched, in order."""
    if fetched.media_type in PLAIN_TEXT_TYPES:
        return
    tree = _tree(fetched)
    if tree is None:
        return
    for _, anchor in zip(range(MAX_LINKS), tree.iter("a"), strict=False):
        try:
            url = urldefrag(urljoin(fetched.url, (anchor.get("href") or "").strip())).url
        except ValueError:
            continue
        if not url_fault(url):
            yield Link(url=url, text=" ".join("".join(anchor.itertext()).split()))


def _tree(fetched: FetchedPage) -> Any:
    """Parse a page and drop its scripts: a hostile one keeps trafilatura busy for minutes."""
    from trafilatura import load_html

    tree: Any = load_html(fetched.text)
    for node in [] if tree is None else list(tree.iter("script", "style", "template")):
        node.drop_tree()
    return tree


def _page(fetched: FetchedPage, *, text: str, title: str = "", day: str = "") -> WebPage:
    whole = text.replace("\x00", "").strip()
    return WebPage(
        url=fetched.url,
        title=" ".join(title.replace("\x00", "").split())[:MAX_TITLE_CHARACTERS] or fetched.url,
        text=whole[:MAX_TEXT_CHARACTERS],
        published=_parse_date(day),
        clipped=len(whole) > MAX_TEXT_CHARACTERS,
    )


def _parse_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
