"""The `classify_documents` job: reads each file, then determines its category."""

from typing import Literal

from pydantic import ConfigDict, Field

from documents import classification, file_steps
from documents.classification import Category, ClassificationResult, language_model
from documents.file_steps import ReadFile, ReadFilesOutput
from documents.inputs import ClassifyDocumentsInput
from jobs.context import JobContext


class ClassifiedFile(file_steps.ReadFileResult):
    """Category of one file."""

    status: Literal["classified", "failed"]
    category: str | None = None
    confidence: float | None = Field(None, ge=0, le=1, description="From 0 (a guess) to 1.")
    reason: str | None = Field(None, description="The parts of the text that decided.")


class ClassifiedDocuments(ReadFilesOutput):
    """Categories in the order of the input."""

    model_config = ConfigDict(title="ClassifiedDocuments")

    files: list[ClassifiedFile]


def classify_all(job: JobContext, input: ClassifyDocumentsInput) -> ClassifiedDocuments:
    """Classify the documents with the job's language model, or by rules if it has none."""
    own = [Category(name=one.name, description=one.description) for one in input.categories or ()]
    model = file_steps.connect_model(job, input.model)

    def classify(text: str) -> ClassificationResult:
        if model is None:
            return classification.classify(text, own)
        return language_model.classify(model, text, own)

    def work(file: ReadFile) -> ClassifiedFile:
        verdict = classify("\n\n".join(page.text for page in file.texts))
        return ClassifiedFile(
            **file.result_fields,
            status="classified",
            category=verdict.category,
            confidence=verdict.confidence,
            reason=verdict.reason,
        )

    done = file_steps.process_each(job, input, ClassifiedFile, work)
    return ClassifiedDocuments(**file_steps.summarize(done, model), files=done)
