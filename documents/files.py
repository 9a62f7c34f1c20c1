"""Jobs over many files: each a durable step, a bad one fails alone, many are split into parts."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field

from documents import reading
from documents.errors import DocumentError, DocumentMissing
from documents.models import Document, DocumentText
from documents.orders import DocumentsOrder
from jobs.ai import metering, models
from jobs.ai.models import LanguageModel
from jobs.context import JobContext
from jobs.errors import AttemptError, ContextExceeded, InvalidOutput

PART = 25
"""Files of one job; more are split into parts, which run beside each other."""

Method = Literal["text_layer", "ocr", "native", "mixed"]


class FileError(BaseModel):
    """Why nothing could be said of a file."""

    code: str = Field(description="Stable code, such as password_protected.")
    message: str


class FileResult(BaseModel):
    """What became of one file."""

    document: uuid.UUID
    name: str = Field(description="File name; empty where the document is gone.")
    status: str
    pages: int | None = None
    method: Method | None = Field(None, description="Where the text came from.")
    error: FileError | None = None


class FilesDone(BaseModel):
    """What became of all files."""

    total_files: int
    processed_files: int = Field(description="Failed ones are counted, too.")
    failed_files: int
    model: str = Field(description="`builtin` is no language model: it extracts, by rules.")


R = TypeVar("R", bound=FileResult)


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """A document whose text has been read."""

    document: Document
    texts: Sequence[DocumentText]

    @property
    def known(self) -> dict[str, Any]:
        """What can be said of any file that was read."""
        methods = {page.method for page in self.texts}
        return {
            "document": self.document.pk,
            "name": self.document.name,
            "pages": self.document.pages,
            "method": methods.pop() if len(methods) == 1 else "mixed",
        }


Work = Callable[[ReadFile], R]
"""What is done with a file. It fails alone by a `DocumentError`, `InvalidOutput` or
`ContextExceeded`."""


def each(job: JobContext, order: DocumentsOrder, shape: type[R], work: Work[R]) -> list[R]:
    """Do the work for every document of an order, and give its results in the same order.

    Each is a durable step. Whatever else `work` raises ends the attempt, and the next goes on with
    the files that are left.
    """
    if len(order.documents) > PART:
        return [shape.model_validate(one) for out in _split(job, order) for one in out["files"]]
    total = len(order.documents)
    return [
        job.step_as(shape, f"file-{one}", _one, _Share(job, index, total), one, shape, work)
        for index, one in enumerate(order.documents)
    ]


def counted(files: Sequence[FileResult]) -> dict[str, Any]:
    """Count the files of an output."""
    return {
        "total_files": len(files),
        "processed_files": len(files),
        "failed_files": sum(file.error is not None for file in files),
    }


def language_model(job: JobContext, asked: str | None) -> LanguageModel | None:
    """Give the language model that a job is to use; `None` where it is the built-in extractor."""
    return metering.connect(job, models.choose(asked, job.job_type))


def _split(job: JobContext, order: DocumentsOrder) -> list[Any]:
    whole = order.model_dump(mode="json")
    ids = whole["documents"]
    parts = [ids[begin : begin + PART] for begin in range(0, len(ids), PART)]
    return job.split([{**whole, "documents": part} for part in parts])


class _Share:
    """One file's share of the job's progress."""

    def __init__(self, job: JobContext, index: int, total: int) -> None:
        self.job = job
        self.index = index
        self.total = total

    def report(self, name: str, page: int, pages: int) -> None:
        """Say which page is about to be read."""
        percent = 100 * (self.index + (page - 1) / pages) / self.total
        self.job.progress(percent, f"Reading {name}, page {page} of {pages}")


def _one(share: _Share, id: uuid.UUID, shape: type[R], work: Work[R]) -> R:
    document = Document.objects.of(share.job.organization_id).filter(pk=id).first()
    if document is None:
        missing = DocumentMissing(f"There is no document {id} any more.")
        return _failed(shape, missing, document=id, name="")
    name = document.name
    try:
        texts = reading.extract(document, lambda page, pages: share.report(name, page, pages))
        return work(ReadFile(document=document, texts=texts))
    except (ContextExceeded, DocumentError, InvalidOutput) as error:
        return _failed(shape, error, document=id, name=name)


def _failed(shape: type[R], error: AttemptError, **known: Any) -> R:
    why = FileError(code=error.code, message=error.message)
    return shape.model_validate({**known, "status": "failed", "error": why})
