"""What calls of language models cost, written to the job at once."""

from jobs.ai.llm import models
from jobs.ai.llm.models import Completion, LanguageModel, Meter, ModelSettings
from jobs.context import JobContext


def connect(job: JobContext, settings: ModelSettings) -> LanguageModel | None:
    """Give the language model of a job; `None` where it is the built-in extractor."""
    if not settings.is_language_model:
        return None
    return models.connect(settings.name, of(job), job.check_cancelled)


def of(job: JobContext) -> Meter:
    """Give what tells a job of each answered call: it was paid, also if the job fails later."""

    def meter(used: Completion) -> None:
        job.add_usage(
            model=used.model,
            prompt_tokens=used.prompt_tokens,
            completion_tokens=used.completion_tokens,
            cost_usd=used.cost_usd,
        )

    return meter
