"""The work of `analyze_documents`: read each file, then find what it says."""

from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from documents import file_steps
from documents.analysis import language_model, offline
from documents.analysis.findings import Analysis
from documents.errors import DocumentError
from documents.file_steps import FilesDone, ReadFile
from documents.inputs import AnalysisOrder
from jobs.ai.llm.models import LanguageModel, Prompt
from jobs.context import JobContext

S = TypeVar("S", bound=BaseModel)


class NoText(DocumentError):
    """Nothing can be found in a file without text."""

    code = "no_text"


class FileResult(file_steps.FileResult):
    """What was found in one file."""

    status: Literal["analyzed", "failed"]
    analysis: Analysis | None = None


class Analyzed(FilesDone):
    """What was found in all files, in the order in which they were named."""

    model_config = ConfigDict(title="AnalyzedDocuments")

    files: list[FileResult]


def analyze_all(job: JobContext, order: AnalysisOrder) -> Analyzed:
    """Analyze the documents: by the language model that the job is to use, or by rules."""
    model = file_steps.language_model(job, order.model)

    def work(file: ReadFile) -> FileResult:
        pages = [(page.number, page.text) for page in file.texts]
        name = file.document.name
        if not any(text.strip() for _, text in pages):
            raise NoText(f"No text was found in {name}.")
        if model is None:
            analysis = offline.analyze(name, pages, order)
        else:
            analysis = language_model.analyze(
                model.settings, pages, order, _Asking(job, model, file)
            )
        return FileResult(**file.known, status="analyzed", analysis=analysis)

    done = file_steps.each(job, order, FileResult, work)
    return Analyzed(**file_steps.summed_up(done, model), files=done)


class _Asking:
    """Asks a model about a file, each call a durable step of its own: it is paid once."""

    def __init__(self, job: JobContext, model: LanguageModel, file: ReadFile) -> None:
        self._job = job
        self._model = model
        self._file = file.document

    def __call__(self, shape: type[S], name: str, prompt: Prompt) -> S:
        """Ask, or give the answer that an earlier attempt was given."""
        asked = self._model.settings.name
        self._job.progress(0, f"Asking {asked} about {self._file.name}, {name}")
        step = f"file-{self._file.pk}-{name.replace(' ', '-')}"
        return self._job.step_as(shape, step, self._model.complete_as, shape, prompt)
