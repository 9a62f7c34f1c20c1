"""The list of sources in a report, and warnings about them."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from reports.sources.citations import Citation, pages_cited


class ListedSource(BaseModel):
    """An entry of the list of sources."""

    id: str
    name: str
    kind: str
    pages: int
    """0 if the format has no pages."""
    readable: bool
    """Whether it had any text."""
    clipped: bool
    """Whether only the beginning was read."""


def cited_sources(
    listing: Sequence[ListedSource], citations: Sequence[Citation]
) -> list[dict[str, Any]]:
    """Return the sources as they are stored, each with its cited pages."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "kind": one.kind,
            "pages": pages_cited(citations, number),
        }
        for number, one in enumerate(listing, start=1)
    ]


def unread_warnings(listing: Sequence[ListedSource]) -> list[str]:
    """Return warnings about sources that were not read completely."""
    silent = ", ".join(one.name for one in listing if not one.readable)
    return [
        *([f"No text was found in {silent}."] if silent else []),
        *(f"Only the beginning of {one.name} was read." for one in listing if one.clipped),
    ]
