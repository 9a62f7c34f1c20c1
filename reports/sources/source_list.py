"""The sources of a report as it lists them, and what its reader is warned of."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from reports.sources.citations import Citation, pages_cited


class ListedSource(BaseModel):
    """A source as the report lists it."""

    id: str
    name: str
    kind: str
    pages: int
    """0 where the format has no pages."""
    readable: bool
    """Whether there was any text in it."""
    clipped: bool
    """Whether only the beginning was read."""


def cited_sources(
    listing: Sequence[ListedSource], citations: Sequence[Citation]
) -> list[dict[str, Any]]:
    """Give the sources as they are kept, each with the pages that are quoted or cited."""
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
    """Warn of what was not read of the sources."""
    silent = ", ".join(one.name for one in listing if not one.readable)
    return [
        *([f"No text could be read in {silent}."] if silent else []),
        *(f"Only the beginning of {one.name} was read." for one in listing if one.clipped),
    ]
