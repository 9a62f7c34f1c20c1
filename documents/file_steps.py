"""Jobs over many files: each a durable step, a bad one fails alone, many are split into parts."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field

from documents import reader
from documents.errors import DocumentError
from documents.inputs import DocumentsOrder
from documents.models import Document, DocumentText
from jobs.ai.llm import metering, models
from jobs.ai.llm.catalogue import BUILTIN
from jobs.ai.llm.models import LanguageModel
from jobs.context import JobContext
from jobs.errors import ContextExceeded, InvalidOutput

PART = 25
"""Files of one job; more are split into parts, which run beside each other."""

Method = Literal["text_layer", "ocr", "native", "mixed"]


class FileError(BaseModel):
    """Why nothing could be said of a file."""

    code: str = Field(description="Stable code, such as password_protected.")
    message: str


class Outcome(BaseModel):
    """What became of one file."""

    document: uuid.UUID
    name: str = Field(description="File name; empty where the document is gone.")
    status: str
    error: FileError | None = None


class FileResult(Outcome):
    """What became of one file that was read."""

    pages: int | None = None
    method: Method | None = Field(None, description="Where the text came from.")


class Counted(BaseModel):
    """How many files there were."""

    total_files: int
    processed_files: int = Field(description="Failed ones are counted, too.")
    failed_files: int


class FilesDone(Counted):
    """What became of all files that were read."""

    model: str = Field(description="`builtin` is no language model: it extracts, by rules.")


F = TypeVar("F", bound=Outcome)
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


def alone(job: JobContext, id: uuid.UUID, shape: type[F], work: Callable[[Document], F]) -> F:
    """Do the work for one document; what is wrong with it fails it alone, and is its outcome."""
    name = ""
    try:
        document = reader.find(job.organization_id, id)
        name = document.name
        return work(document)
    except (ContextExceeded, DocumentError, InvalidOutput) as error:
        why = FileError(code=error.code, message=error.message)
        return shape.model_validate(
            {"document": id, "name": name, "status": "failed", "error": why}
        )


def counted(files: Sequence[Outcome]) -> dict[str, Any]:
    """Count the files of an output."""
    return {
        "total_files": len(files),
        "processed_files": len(files),
        "failed_files": sum(file.error is not None for file in files),
    }


def summed_up(files: Sequence[FileResult], model: LanguageModel | None) -> dict[str, Any]:
    """Give what `FilesDone` says of files and of the model that read them."""
    return {**counted(files), "model": model.settings.name if model else BUILTIN}


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
    def read(document: Document) -> R:
        name = document.name
        texts = reader.extract(document, lambda page, pages: share.report(name, page, pages))
        return work(ReadFile(document=document, texts=texts))

    return alone(share.job, id, shape, read)
