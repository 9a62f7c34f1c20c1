"""The work of `classify_documents`: read each file, then say what it is."""

from typing import Literal

from pydantic import ConfigDict, Field

from documents import classification, file_steps
from documents.classification import Category, Classification, language_model
from documents.file_steps import FilesDone, ReadFile
from documents.inputs import ClassificationOrder
from jobs.context import JobContext


class FileResult(file_steps.FileResult):
    """What became of one file."""

    status: Literal["classified", "failed"]
    category: str | None = None
    confidence: float | None = Field(None, ge=0, le=1, description="From 0, a guess, to 1.")
    reason: str | None = Field(None, description="What in the text decided.")


class Classified(FilesDone):
    """What became of all files, in the order in which they were named."""

    model_config = ConfigDict(title="ClassifiedDocuments")

    files: list[FileResult]


def classify_all(job: JobContext, order: ClassificationOrder) -> Classified:
    """Classify the documents: by the language model that the job is to use, or by rules."""
    own = [Category(name=one.name, description=one.description) for one in order.categories or ()]
    model = file_steps.language_model(job, order.model)

    def decided(text: str) -> Classification:
        if model is None:
            return classification.classify(text, own)
        return language_model.classify(model, text, own)

    def work(file: ReadFile) -> FileResult:
        verdict = decided("\n\n".join(page.text for page in file.texts))
        return FileResult(
            **file.known,
            status="classified",
            category=verdict.category,
            confidence=verdict.confidence,
            reason=verdict.reason,
        )

    done = file_steps.each(job, order, FileResult, work)
    return Classified(**file_steps.summed_up(done, model), files=done)
