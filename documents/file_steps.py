"""Jobs over many files: one durable step per file; a bad file fails alone."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field

from documents import reader
from documents.errors import DocumentError
from documents.inputs import DocumentsInput
from documents.models import Document, DocumentText
from jobs.ai.llm import metering, models
from jobs.ai.llm.catalogue import BUILTIN
from jobs.ai.llm.models import LanguageModel
from jobs.context import JobContext
from jobs.errors import ContextExceeded, InvalidOutput

FILES_PER_PART = 25
"""A job of more files is split into parts, which run in parallel."""

TextMethod = Literal["text_layer", "ocr", "native", "mixed"]


class FileError(BaseModel):
    """Why a file failed."""

    code: str = Field(description="Stable code, such as password_protected.")
    message: str


class FileOutcome(BaseModel):
    """Result of one file."""

    document: uuid.UUID
    name: str = Field(description="File name; empty where the document is gone.")
    status: str
    error: FileError | None = None


class ReadFileResult(FileOutcome):
    """Result of one file that was read."""

    pages: int | None = None
    method: TextMethod | None = Field(None, description="How the text was obtained.")


class FileCounts(BaseModel):
    """Numbers of files."""

    total_files: int
    processed_files: int = Field(description="Including failed files.")
    failed_files: int


class ReadFilesOutput(FileCounts):
    """Output of a job that reads files."""

    model: str = Field(
        description="`builtin` stands for extraction by rules, without a language model."
    )


F = TypeVar("F", bound=FileOutcome)
R = TypeVar("R", bound=ReadFileResult)


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """A document and the text of its pages."""

    document: Document
    texts: Sequence[DocumentText]

    @property
    def result_fields(self) -> dict[str, Any]:
        """What can be said of any file that was read."""
        methods = {page.method for page in self.texts}
        return {
            "document": self.document.pk,
            "name": self.document.name,
            "pages": self.document.pages,
            "method": methods.pop() if len(methods) == 1 else "mixed",
        }


FileWork = Callable[[ReadFile], R]
"""Processes one file. A `DocumentError`, `InvalidOutput` or `ContextExceeded` fails that file
alone."""


def process_each(
    job: JobContext, input: DocumentsInput, shape: type[R], work: FileWork[R]
) -> list[R]:
    """Process every document of the input as a durable step; results are in the same order.

    Any other exception of `work` ends the attempt; the next attempt continues with the remaining
    files.
    """
    if len(input.documents) > FILES_PER_PART:
        return [shape.model_validate(one) for out in _run_parts(job, input) for one in out["files"]]
    total = len(input.documents)
    return [
        job.step_as(
            shape, f"file-{one}", _process_one, _FileProgress(job, index, total), one, shape, work
        )
        for index, one in enumerate(input.documents)
    ]


def run_isolated(
    job: JobContext, id: uuid.UUID, shape: type[F], work: Callable[[Document], F]
) -> F:
    """Process one document. An error of that document becomes its outcome."""
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


def count_files(files: Sequence[FileOutcome]) -> dict[str, Any]:
    """Return the fields of `FileCounts`."""
    return {
        "total_files": len(files),
        "processed_files": len(files),
        "failed_files": sum(file.error is not None for file in files),
    }


def summarize(files: Sequence[ReadFileResult], model: LanguageModel | None) -> dict[str, Any]:
    """Return the fields of `ReadFilesOutput` except `files`."""
    return {**count_files(files), "model": model.settings.name if model else BUILTIN}


def connect_model(job: JobContext, model: str | None) -> LanguageModel | None:
    """Return the job's language model, or `None` for the built-in extractor."""
    return metering.connect(job, models.choose(model, job.job_type))


def _run_parts(job: JobContext, input: DocumentsInput) -> list[Any]:
    whole = input.model_dump(mode="json")
    ids = whole["documents"]
    parts = [ids[begin : begin + FILES_PER_PART] for begin in range(0, len(ids), FILES_PER_PART)]
    return job.split([{**whole, "documents": part} for part in parts])


class _FileProgress:
    """Reports the job's progress while one file is read."""

    def __init__(self, job: JobContext, index: int, total: int) -> None:
        self.job = job
        self.index = index
        self.total = total

    def report(self, name: str, page: int, pages: int) -> None:
        """Report the page that is about to be read."""
        percent = 100 * (self.index + (page - 1) / pages) / self.total
        self.job.progress(percent, f"Reading {name}, page {page} of {pages}")


def _process_one(share: _FileProgress, id: uuid.UUID, shape: type[R], work: FileWork[R]) -> R:
    def read(document: Document) -> R:
        name = document.name
        texts = reader.extract(document, lambda page, pages: share.report(name, page, pages))
        return work(ReadFile(document=document, texts=texts))

    return run_isolated(share.job, id, shape, read)
