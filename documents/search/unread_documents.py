"""Documents of a scope that were never read are read before the search, a step each."""

import time
import uuid
from collections.abc import Iterator

from documents import reader
from documents.errors import DocumentError
from documents.indexing import passages
from documents.models import Document
from documents.search.evidence import Unread
from documents.search.scope import Scope
from jobs.context import JobContext

MOST = 200
"""Documents that one search reads, or tries to."""
BUDGET = 480.0
"""Seconds of an attempt after which no further page is read: what is known is searched."""
SHARE = 90
"""Percent of the job's progress."""
TOO_SLOW = "Not read to its end, reading took too long. Search again, and it goes on."


class _OutOfTime(Exception):
    """Ends the reading of a document; its pages so far are kept."""


def read_unread(job: JobContext, scope: Scope, most: int) -> Iterator[Unread]:
    """Read what is not in the index, newest first, and give what could not be read.

    What is known to be unreadable by its own fault is left out: each try costs up to two minutes.
    At most `most` documents are read. Each is a durable step, and each page is kept as it is read:
    a job that is killed reads no page twice. What is left over is for the caller to count.
    """
    waiting = job.step("unread", _waiting, scope)
    deadline = time.monotonic() + BUDGET
    done = 0
    for index, waits in enumerate(waiting):
        if done == most:
            return
        share = (SHARE * index / len(waiting), SHARE / len(waiting))
        fault = job.step(f"read-{waits}", _read, job, uuid.UUID(waits), share, deadline)
        done += fault is None
        if fault is not None:
            yield Unread.model_validate(fault)


def _waiting(scope: Scope) -> list[str]:
    readable = scope.unread().filter(fault__isnull=True)
    return [str(pk) for pk in readable.values_list("pk", flat=True)[:MOST]]


def _read(
    job: JobContext, id: uuid.UUID, share: tuple[float, float], deadline: float
) -> dict[str, str] | None:
    document = Document.objects.of(job.organization_id).filter(pk=id).first()
    if document is None:
        return None  # removed meanwhile: then there is nothing to search

    def on_page(number: int, total: int) -> None:
        if time.monotonic() > deadline:
            raise _OutOfTime
        percent = share[0] + share[1] * (number - 1) / total
        job.progress(percent, f"Reading {document.name}, page {number} of {total}")

    try:
        reader.extract(document, on_page)
        passages.complete(document)
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
