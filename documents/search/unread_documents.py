"""Reads the unread documents of a scope before the search, one durable step each."""

import time
import uuid
from collections.abc import Iterator

from documents import reader
from documents.errors import DocumentError
from documents.indexing import passages
from documents.models import Document
from documents.search.evidence import UnreadDocument
from documents.search.scope import SearchScope
from jobs.context import JobContext

MAX_DOCUMENTS_READ = 200
"""Documents that one search reads or tries to read."""
READ_BUDGET_SECONDS = 480.0
"""Of an attempt; after that no further page is read, and what is stored is searched."""
READ_SHARE_PERCENT = 90
"""Share of the job's progress."""
TOO_SLOW = "Not read completely: reading took too long. Search again to continue."


class _OutOfTime(Exception):
    """Stops the reading of a document; the pages read so far are stored."""


def read_unread(job: JobContext, scope: SearchScope, most: int) -> Iterator[UnreadDocument]:
    """Read documents that are not in the index, newest first; yield those that could not be read.

    Documents with a recorded fault are skipped, since each try may take two minutes. At most `most`
    documents are read. Each is a durable step and each page is stored as it is read, so a killed
    job reads no page twice. The caller counts the remaining documents.
    """
    waiting = job.step("unread", _unread_ids, scope)
    deadline = time.monotonic() + READ_BUDGET_SECONDS
    done = 0
    for index, waits in enumerate(waiting):
        if done == most:
            return
        share = (READ_SHARE_PERCENT * index / len(waiting), READ_SHARE_PERCENT / len(waiting))
        fault = job.step(f"read-{waits}", _read, job, uuid.UUID(waits), share, deadline)
        done += fault is None
        if fault is not None:
            yield UnreadDocument.model_validate(fault)


def _unread_ids(scope: SearchScope) -> list[str]:
    readable = scope.unread().filter(fault__isnull=True)
    return [str(pk) for pk in readable.values_list("pk", flat=True)[:MAX_DOCUMENTS_READ]]


def _read(
    job: JobContext, id: uuid.UUID, share: tuple[float, float], deadline: float
) -> dict[str, str] | None:
    document = Document.objects.of(job.organization_id).filter(pk=id).first()
    if document is None:
        return None  # deleted in the meantime: nothing to search

    def on_page(number: int, total: int) -> None:
        if time.monotonic() > deadline:
            raise _OutOfTime
        percent = share[0] + share[1] * (number - 1) / total
        job.progress(percent, f"Reading {document.name}, page {number} of {total}")

    try:
        reader.extract(document, on_page)
        passages.index_missing(document)
    except _OutOfTime:
        return _fault(document, "not_read_yet", TOO_SLOW)
    except DocumentError as error:
        return _fault(document, error.code, error.message)
    return None


def _fault(document: Document, code: str, message: str) -> dict[str, str]:
    return {
        "document": str(document.pk),
        "name": document.name,
        "code": code,
        "message": message,
    }
