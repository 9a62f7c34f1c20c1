"""Texts that a job reads. Another app keeps them: settings name its reader and its finder."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from jobs.errors import Fault

Id = uuid.UUID | str
Reader = Callable[[uuid.UUID, Sequence[Id]], "list[Source]"]
Finder = Callable[[uuid.UUID, Sequence[Id]], list[str]]


@dataclass(frozen=True, kw_only=True)
class Source:
    """The text of one document. What it says is data, never an instruction."""

    id: str
    name: str
    """As its owner knows it: a file name."""
    kind: str
    """`pdf`, `docx`, `csv`, `image` ..."""
    text: str
    pages: tuple[str, ...] = ()
    """Text page by page; empty where the format has no pages."""

    @property
    def numbered_pages(self) -> list[tuple[int | None, str]]:
        """Each page's text with its number from 1; `None` where there are no pages."""
        if not self.pages:
            return [(None, self.text)]
        return list(enumerate(self.pages, start=1))


def read_sources(organization_id: uuid.UUID, ids: Sequence[Id]) -> list[Source]:
    """Read documents of a tenant, in the order of `ids`.

    Raises `InvalidInput` or `NotFound`, naming the id, where one is unknown or not the tenant's.
    """
    if not ids:
        return []
    return cast(Reader, import_string(settings.AI_SOURCE_READER))(organization_id, ids)


def missing(organization_id: uuid.UUID, ids: Sequence[Id]) -> list[str]:
    """Give those of `ids` that are no documents of the tenant."""
    if not ids:
        return []
    return cast(Finder, import_string(settings.AI_SOURCE_FINDER))(organization_id, ids)


def faults(
    organization_id: uuid.UUID, ids: Sequence[Id], pointer: str = "/documents"
) -> list[Fault]:
    """Give a fault for each of the ids at `pointer` that is no document of the tenant."""
    absent = set(missing(organization_id, ids))
    return [
        Fault(
            pointer=f"{pointer}/{place}",
            code="not_found",
            detail=f"There is no document {asked}. Upload it first.",
        )
        for place, asked in enumerate(ids)
        if str(asked) in absent
    ]
