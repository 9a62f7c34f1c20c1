"""Reads the text of stored documents. Each page is stored as soon as it has been read."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, transaction

from documents import media_types, sandbox
from documents.errors import ContentMissing, DocumentError, DocumentMissing
from documents.extraction import DocumentPages, ExtractionLimits, PageText, plain
from documents.indexing import passages
from documents.models import Document, DocumentText
from jobs.ai.sources import OpenFile, Source

Id = uuid.UUID | str
OnPage = Callable[[int, int], None]
"""Called before each page is read, with its number (from 1) and the number of pages."""

PAGED_TYPES = frozenset({media_types.PDF, media_types.TIFF, media_types.XLSX, media_types.PPTX})
"""Types whose page numbers are meaningful to a reader."""


def ignore_progress(number: int, total: int) -> None:
    """Do nothing."""


def extract(document: Document, on_page: OnPage = ignore_progress) -> list[DocumentText]:
    """Return the text of all pages; read the pages that are not stored yet.

    One page is in memory at a time. If reading is interrupted, the next call continues after the
    last stored page. Raises a `DocumentError`; an error that is not temporary is recorded as
    `Document.fault` until the document is read successfully. Exceptions of `on_page` propagate.
    """
    known = list(document.texts.all())
    if document.pages is not None and len(known) >= document.pages:
        return known
    try:
        _read_missing_pages(document, len(known), on_page)
    except DocumentError as error:
        if not error.is_temporary:
            _record_fault(document, {"code": error.code, "message": error.message})
        raise
    _record_fault(document, None)
    return list(document.texts.all())


def read_sources(organization_id: uuid.UUID, ids: Sequence[Id]) -> list[Source]:
    """Return documents as sources for a model, in the order of `ids`.

    Raises `DocumentMissing` with the id, or the `DocumentError` of a file that cannot be read.
    """
    found = _by_id(organization_id, ids)
    return [_source(_require(found, one)) for one in ids]


def find(organization_id: uuid.UUID, id: uuid.UUID) -> Document:
    """Return a document that a job was submitted with. Raises `DocumentMissing`."""
    found = Document.objects.of(organization_id).select_related("organization").filter(pk=id)
    if (document := found.first()) is None:
        raise DocumentMissing(f"The document {id} no longer exists.")
    return document


def missing(organization_id: uuid.UUID, ids: Sequence[Id]) -> list[str]:
    """Return those of the ids that are not documents of this organization."""
    found = _by_id(organization_id, ids)
    return [str(one) for one in ids if _uuid(one) not in found]


@contextmanager
def open_file(organization_id: uuid.UUID, id: uuid.UUID) -> Iterator[OpenFile]:
    """Open a document's original file for reading.

    Raises `DocumentMissing` with the id, or `ContentMissing`.
    """
    document = _require(_by_id(organization_id, [id]), id)
    with open_content(document) as stream:
        yield OpenFile(
            id=str(document.pk),
            name=document.name,
            media_type=document.media_type,
            stream=stream,
        )


def open_content(document: Document) -> "File[Any]":
    """Open the file of a document. Raises `ContentMissing`."""
    try:
        return document.file.open("rb")
    except FileNotFoundError as error:
        raise ContentMissing("The content of the file is missing. Upload it again.") from error


@contextmanager
def _pages(document: Document) -> Iterator[DocumentPages]:
    """Open a document; in a sandboxed process unless it is plain text."""
    limits = ExtractionLimits(
        pages=settings.DOCUMENT_MAX_PAGES, pixels=settings.DOCUMENT_MAX_PIXELS
    )
    with open_content(document) as stream:
        if document.media_type in plain.TYPES:
            with plain.open_pages(stream, limits) as pages:
                yield pages
            return
        with sandbox.start_child("documents.extraction", stream) as reader:
            order = {"media_type": document.media_type, "limits": asdict(limits)}
            yield DocumentPages(
                count=reader.request(order), read=lambda number: PageText(**reader.request(number))
            )


def _read_missing_pages(document: Document, done: int, on_page: OnPage) -> None:
    with _pages(document) as pages:
        document.pages = pages.count
        Document.objects.filter(pk=document.pk).update(pages=pages.count)
        for number in range(done + 1, pages.count + 1):
            on_page(number, pages.count)
            _store_page(document, pages.read(number))


def _record_fault(document: Document, fault: dict[str, str] | None) -> None:
    if document.fault != fault:
        document.fault = fault
        Document.objects.filter(pk=document.pk).update(fault=fault)


def _store_page(document: Document, page: PageText) -> None:
    """Store a page. A concurrent reader of the same document may have stored it already."""
    row = DocumentText(
        document=document,
        number=page.number,
        text=page.text,
        method=page.method,
        language=page.language,
        truncated=page.truncated,
    )
    try:
        with transaction.atomic():  # no page without its passages
            DocumentText.objects.bulk_create([row], ignore_conflicts=True)
            passages.store_page(document, page.number, page.text)
    except IntegrityError as error:
        raise DocumentMissing("The document was deleted while it was being read.") from error


def _source(document: Document) -> Source:
    try:
        texts = extract(document)
    except DocumentError as error:
        raise type(error)(f"{document.name}: {error.message}") from error
    return Source(
        id=str(document.pk),
        name=document.name,
        kind=media_types.short_name(document.media_type),
        text="\n\n".join(page.text for page in texts),
        pages=tuple(page.text for page in texts) if document.media_type in PAGED_TYPES else (),
    )


def _require(found: dict[uuid.UUID, Document], id: Id) -> Document:
    key = _uuid(id)
    if key is None or key not in found:
        raise DocumentMissing(f"There is no document {id}.")
    return found[key]


def _by_id(organization_id: uuid.UUID, ids: Sequence[Id]) -> dict[uuid.UUID, Document]:
    wanted = {key for one in ids if (key := _uuid(one)) is not None}
    return Document.objects.of(organization_id).in_bulk(list(wanted))


def _uuid(id: Id) -> uuid.UUID | None:
    try:
        return id if isinstance(id, uuid.UUID) else uuid.UUID(id)
    except ValueError:
        return None
