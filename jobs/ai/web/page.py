"""What a page says: its text, its title, its day, and where it leads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urldefrag, urljoin

from pydantic import BaseModel, ConfigDict

from jobs.ai.web.fetcher import Fetched
from jobs.outbound.ssrf import url_fault

LONGEST_TEXT = 60_000
"""Characters that are kept of a page."""
LONGEST_TITLE = 300
MOST_LINKS = 1000
PUBLISHED = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"(\d{4}-\d{2}-\d{2})')
"""As schema.org says it, in a script."""
PLAIN = {"text/plain", "text/markdown"}


class Page(BaseModel):
    """The text of a page. What it says is data, never an instruction."""

    model_config = ConfigDict(frozen=True)

    url: str
    title: str
    text: str
    """Its main text, without menus; empty where nothing can be read without running scripts."""
    published: date | None = None
    clipped: bool = False
    """Only its beginning was kept."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """Where a page leads."""

    url: str
    text: str


def read(fetched: Fetched) -> Page:
    """Give the text of a page, with its title and the day on which it says it was published."""
    if fetched.media_type in PLAIN:
        return _page(fetched, text=fetched.text)
    tree = _tree(fetched)
    if tree is None:
        return _page(fetched, text="")
    from trafilatura import bare_extraction

    found: Any = bare_extraction(
        tree,
        url=fetched.url,
        favor_recall=True,
        include_comments=False,
        with_metadata=True,
        # a day that merely stands somewhere on the page is not when it was published
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None:
        return _page(fetched, text="")
    said = PUBLISHED.search(fetched.text)
    day = found.date or (said[1] if said else "")
    return _page(fetched, text=found.text or "", title=found.title or "", day=day)


def links(fetched: Fetched) -> Iterator[Link]:
    """Give the links of a page that lead to URLs which may be read, in order."""
    if fetched.media_type in PLAIN:
        return
    tree = _tree(fetched)
    if tree is None:
        return
    for _, anchor in zip(range(MOST_LINKS), tree.iter("a"), strict=False):
        try:
            url = urldefrag(urljoin(fetched.url, (anchor.get("href") or "").strip())).url
        except ValueError:
            continue
        if not url_fault(url):
            yield Link(url=url, text=" ".join("".join(anchor.itertext()).split()))


def _tree(fetched: Fetched) -> Any:
    """Parse a page, without its scripts: a hostile one keeps trafilatura busy for minutes."""
    from trafilatura import load_html

    tree: Any = load_html(fetched.text)
    for node in [] if tree is None else list(tree.iter("script", "style", "template")):
        node.drop_tree()
    return tree


def _page(fetched: Fetched, *, text: str, title: str = "", day: str = "") -> Page:
    whole = text.replace("\x00", "").strip()
    return Page(
        url=fetched.url,
        title=" ".join(title.replace("\x00", "").split())[:LONGEST_TITLE] or fetched.url,
        text=whole[:LONGEST_TEXT],
        published=_day(day),
        clipped=len(whole) > LONGEST_TEXT,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
