"""HTML: the main text of a page by trafilatura, or all its text if that finds too little."""

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import IO

from documents.extraction import plain
from documents.extraction.pages import DocumentPages, ExtractionLimits, single_page
from jobs.ai.web import decoder

MIN_ARTICLE_SHARE = 0.4
"""If the article has a smaller share of the whole text, more than menus was omitted."""

HIDDEN_TAGS = frozenset({"script", "style", "title", "noscript", "template"})


@contextmanager
def open_pages(stream: IO[bytes], limits: ExtractionLimits) -> Iterator[DocumentPages]:
    """Open a web page as one page."""
    declared = decoder.declared_encoding(stream.read(decoder.HEAD_BYTES))
    source, truncated = plain.decode(stream, declared)
    yield single_page(readable(source), truncated=truncated)


def readable(source: str) -> str:
    """Return the text of an HTML page without menus, scripts and styles."""
    import trafilatura

    whole = str(trafilatura.html2txt(source) or "").strip()
    found = trafilatura.extract(
        source, include_tables=True, include_comments=False, favor_recall=True
    )
    article = (found or "").strip()
    if not whole:  # elements nested deeper than the library goes
        return _words(source)
    return article if len(article) >= MIN_ARTICLE_SHARE * len(whole) else whole


def _words(source: str) -> str:
    """Return all text of a page, at any nesting depth."""
    reader = _Words()
    reader.feed(source)
    reader.close()
    return "\n".join(reader.found)


class _Words(HTMLParser):
    """Collects the visible text without building a tree."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unseen = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Enter a hidden element."""
        self._unseen = self._unseen or (tag if tag in HIDDEN_TAGS else "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a hidden element."""
        if tag == self._unseen:
            self._unseen = ""

    def handle_data(self, data: str) -> None:
        """Collect visible text."""
        if not self._unseen and data.strip():
            self.found.append(" ".join(data.split()))


def to_markdown(source: str) -> str:
    """Return the text of an HTML page as Markdown, without menus, scripts and styles."""
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
