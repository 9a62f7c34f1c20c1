"""The `analyze_documents` job: reads each file, then extracts its facts."""

from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from documents import file_steps
from documents.analysis import language_model, offline
from documents.analysis.findings import DocumentAnalysis
from documents.errors import DocumentError
from documents.file_steps import ReadFile, ReadFilesOutput
from documents.inputs import AnalyzeDocumentsInput
from jobs.ai.llm.models import LanguageModel, Prompt
from jobs.context import JobContext

S = TypeVar("S", bound=BaseModel)


class NoText(DocumentError):
    """The file has no text to analyze."""

    code = "no_text"


class AnalyzedFile(file_steps.ReadFileResult):
    """Analysis of one file."""

    status: Literal["analyzed", "failed"]
    analysis: DocumentAnalysis | None = None


class AnalyzedDocuments(ReadFilesOutput):
    """Analyses in the order of the input."""

    model_config = ConfigDict(title="AnalyzedDocuments")

    files: list[AnalyzedFile]


def analyze_all(job: JobContext, input: AnalyzeDocumentsInput) -> AnalyzedDocuments:
    """Analyze the documents with the job's language model, or by rules if it has none."""
    model = file_steps.connect_model(job, input.model)

    def work(file: ReadFile) -> AnalyzedFile:
        pages = [(page.number, page.text) for page in file.texts]
        name = file.document.name
        if not any(text.strip() for _, text in pages):
            raise NoText(f"{name} contains no text.")
        if model is None:
            analysis = offline.analyze(name, pages, input)
        else:
            analysis = language_model.analyze(
                model.settings, pages, input, _DurableModel(job, model, file)
            )
        return AnalyzedFile(**file.result_fields, status="analyzed", analysis=analysis)

    done = file_steps.process_each(job, input, AnalyzedFile, work)
    return AnalyzedDocuments(**file_steps.summarize(done, model), files=done)


class _DurableModel:
    """Calls a model about one file. Each call is a durable step, so it is paid for once."""

    def __init__(self, job: JobContext, model: LanguageModel, file: ReadFile) -> None:
        self._job = job
        self._model = model
        self._file = file.document

    def __call__(self, shape: type[S], name: str, prompt: Prompt) -> S:
        """Return the model's reply, from the stored step if an earlier attempt got it."""
        model = self._model.settings.name
        self._job.progress(0, f"Asking {model} about {self._file.name}, {name}")
        step = f"file-{self._file.pk}-{name.replace(' ', '-')}"
        return self._job.step_as(shape, step, self._model.complete_as, shape, prompt)
