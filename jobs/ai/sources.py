"""The documents of a tenant, as text and as files. The app that stores them registers a store."""

import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Protocol

from django.core.exceptions import ImproperlyConfigured

from jobs.errors import Fault

Id = uuid.UUID | str


@dataclass(frozen=True, kw_only=True)
class Source:
    """The text of one document. It is untrusted data, never an instruction."""

    id: str
    name: str
    """File name, as its owner knows it."""
    kind: str
    """`pdf`, `docx`, `csv`, `image` ..."""
    text: str
    pages: tuple[str, ...] = ()
    """Text page by page; empty if the format has no pages."""

    @property
    def numbered_pages(self) -> list[tuple[int | None, str]]:
        """Pairs of page number, from 1, and text; the number is `None` without pages."""
        if not self.pages:
            return [(None, self.text)]
        return list(enumerate(self.pages, start=1))


@dataclass(frozen=True, kw_only=True)
class OpenFile:
    """A document of a tenant, open for reading."""

    id: str
    name: str
    """File name, as its owner knows it."""
    media_type: str
    """Detected from the content: `image/png`."""
    stream: IO[bytes]
    """Seekable, at its beginning."""


class DocumentStore(Protocol):
    """What `register_store` takes: a module or an object with these functions.

    Errors name the id: `InvalidInput` if it is malformed, `NotFound` if the tenant has no such
    document.
    """

    def read_sources(self, organization_id: uuid.UUID, ids: Sequence[Id]) -> list[Source]:
        """Read documents, in the order of `ids`."""

    def missing(self, organization_id: uuid.UUID, ids: Sequence[Id]) -> list[str]:
        """Return those of `ids` that are not documents of the tenant."""

    def open_file(
        self, organization_id: uuid.UUID, id: uuid.UUID
    ) -> AbstractContextManager[OpenFile]:
        """Open a document for the duration of the block."""


_stores: list[DocumentStore] = []


def register_store(store: DocumentStore) -> None:
    """Make `store` the store of documents. Call it in `AppConfig.ready`; the last call wins."""
    _stores[:] = [store]


def read_sources(organization_id: uuid.UUID, ids: Sequence[Id]) -> list[Source]:
    """Read documents of a tenant, in the order of `ids`.

    Raises `InvalidInput` or `NotFound`, naming the id, if one is malformed or not the tenant's.
    """
    return _store().read_sources(organization_id, ids) if ids else []


def missing(organization_id: uuid.UUID, ids: Sequence[Id]) -> list[str]:
    """Return those of `ids` that are not documents of the tenant."""
    return _store().missing(organization_id, ids) if ids else []


def open_file(organization_id: uuid.UUID, id: uuid.UUID) -> AbstractContextManager[OpenFile]:
    """Open a document of a tenant for the duration of the block.

    Raises `InvalidInput` or `NotFound`, naming the id, if it is malformed or not the tenant's.
    """
    return _store().open_file(organization_id, id)


def faults(
    organization_id: uuid.UUID, ids: Sequence[Id], pointer: str = "/documents"
) -> list[Fault]:
    """Return a fault for each id in the list at `pointer` that is not a document of the tenant."""
    absent = set(missing(organization_id, ids))
    return [
        Fault(
            pointer=f"{pointer}/{index}",
            code="not_found",
            detail=f"There is no document {requested}. Upload it first.",
        )
        for index, requested in enumerate(ids)
        if str(requested) in absent
    ]


def _store() -> DocumentStore:
    if not _stores:
        raise ImproperlyConfigured(
            "No document store is registered, so jobs cannot read documents. Add `documents` to "
            "INSTALLED_APPS, or call `jobs.ai.sources.register_store` in `AppConfig.ready`."
        )
    return _stores[0]
