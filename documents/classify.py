"""The work of `classify_documents`: read each file, then say what it is. One step a file."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from documents import reading
from documents.classification import Category, Classification, classify
from documents.errors import DocumentError, DocumentMissing
from documents.models import Document, DocumentText
from jobs.context import JobContext

Classifier = Callable[[str, Sequence[Category] | None], Classification]
"""What decides. The rules today; where a language model is configured it may take their place."""


class FileError(BaseModel):
    """Why a file could not be classified."""

    code: str = Field(description="Stable code, such as password_protected.")
    message: str


class FileResult(BaseModel):
    """What became of one file."""

    document: uuid.UUID
    name: str = Field(description="File name; empty where the document is gone.")
    status: Literal["classified", "failed"]
    category: str | None = None
    confidence: float | None = Field(None, ge=0, le=1, description="From 0, a guess, to 1.")
    reason: str | None = Field(None, description="The cues in the text that decided.")
    pages: int | None = None
    method: Literal["text_layer", "ocr", "native", "mixed"] | None = Field(
        None, description="Where the text came from."
    )
    error: FileError | None = None


class Classified(BaseModel):
    """What became of all files, in the order in which they were named."""

    model_config = ConfigDict(title="ClassifiedDocuments")

    total_files: int
    processed_files: int = Field(description="Classified and failed ones together.")
    failed_files: int
    files: list[FileResult]


def classify_all(
    job: JobContext,
    documents: Sequence[uuid.UUID],
    categories: Sequence[Category] | None,
    classifier: Classifier = classify,
) -> Classified:
    """Classify the documents, each as a durable step; one that cannot be read fails alone."""
    files = []
    for index, document in enumerate(documents):
        share = _Share(job, index, len(documents))
        result = job.step(
            f"file-{document}", _classify_one, share, document, categories, classifier
        )
        files.append(FileResult.model_validate(result))
    return Classified(
        total_files=len(documents),
        processed_files=len(files),
        failed_files=sum(file.status == "failed" for file in files),
        files=files,
    )


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


def _classify_one(
    share: _Share,
    id: uuid.UUID,
    categories: Sequence[Category] | None,
    classifier: Classifier,
) -> dict[str, Any]:
    document = Document.objects.of(share.job.organization_id).filter(pk=id).first()
    if document is None:
        return _failed(id, "", DocumentMissing(f"There is no document {id} any more."))
    name = document.name
    try:
        texts = reading.extract(document, lambda page, pages: share.report(name, page, pages))
    except DocumentError as error:
        return _failed(id, name, error)
    verdict = classifier("\n\n".join(page.text for page in texts), categories)
    return FileResult(
        document=id,
        name=name,
        status="classified",
        category=verdict.category,
        confidence=verdict.confidence,
        reason=verdict.reason,
        pages=document.pages,
        method=_method(texts),
    ).model_dump(mode="json")


def _failed(id: uuid.UUID, name: str, error: DocumentError) -> dict[str, Any]:
    return FileResult(
        document=id,
        name=name,
        status="failed",
        error=FileError(code=error.code, message=error.message),
    ).model_dump(mode="json")


def _method(texts: Sequence[DocumentText]) -> Any:
    methods = {page.method for page in texts}
    return methods.pop() if len(methods) == 1 else "mixed"
