"""HTML: the readable text of a page, by trafilatura; all its text where that finds too little."""

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import IO

from documents.extraction import plain
from documents.extraction.pages import Limits, Pages, one_page
from jobs.ai.web import decoder

MIN_SHARE = 0.4
"""Less of the page's whole text than this, and what was left out was not only menus."""

UNSEEN = frozenset({"script", "style", "title", "noscript", "template"})


@contextmanager
def opened(stream: IO[bytes], limits: Limits) -> Iterator[Pages]:
    """Open a web page as one page."""
    declared = decoder.declared_in(stream.read(decoder.HEAD))
    source, truncated = plain.decoded(stream, declared)
    yield one_page(readable(source), truncated=truncated)


def readable(source: str) -> str:
    """Give the text of an HTML page without menus, scripts and styles."""
    import trafilatura

    whole = str(trafilatura.html2txt(source) or "").strip()
    found = trafilatura.extract(
        source, include_tables=True, include_comments=False, favor_recall=True
    )
    article = (found or "").strip()
    if not whole:  # elements within elements, deeper than the library goes
        return _words(source)
    return article if len(article) >= MIN_SHARE * len(whole) else whole


def _words(source: str) -> str:
    """Give all text of a page, however deep it stands."""
    reader = _Words()
    reader.feed(source)
    reader.close()
    return "\n".join(reader.found)


class _Words(HTMLParser):
    """Keeps the text that is shown, and no tree."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unseen = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin what is not shown."""
        self._unseen = self._unseen or (tag if tag in UNSEEN else "")

    def handle_endtag(self, tag: str) -> None:
        """End what is not shown."""
        if tag == self._unseen:
            self._unseen = ""

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        if not self._unseen and data.strip():
            self.found.append(" ".join(data.split()))


def structured(source: str) -> str:
    """Give the text of an HTML page as Markdown, without menus, scripts and styles."""
    import trafilatura

    found = trafilatura.extract(
        source,
        output_format="markdown",
        include_tables=True,
        include_formatting=True,
        include_comments=False,
        favor_recall=True,
    )
    return (found or "").strip()
