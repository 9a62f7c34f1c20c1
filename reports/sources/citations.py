"""Places in sources, and the marks that cite them: `[S1, p. 3]`."""

import re
from collections.abc import Iterable

from pydantic import BaseModel

CITATION_MARK = re.compile(r"\[S(\d{1,3})(?:,\s*p(?:p|ages?)?\.?\s*(\d{1,4}))?[^\]]{0,40}\]")


class Citation(BaseModel):
    """A place in a source."""

    source: int
    """Number of the source in the report, from 1."""
    page: int | None = None


def find_citations(markdown: str) -> list[Citation]:
    """Return the places that a text cites."""
    return [
        Citation(source=int(source), page=int(page) if page else None)
        for source, page in CITATION_MARK.findall(markdown)
    ]


def pages_cited(citations: Iterable[Citation], source: int) -> list[int]:
    """Return the cited pages of a source, in order."""
    return sorted({one.page for one in citations if one.source == source and one.page})
