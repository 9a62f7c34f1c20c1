"""Usage of language models, recorded on the job after each call."""

from jobs.ai.llm import models
from jobs.ai.llm.models import Completion, LanguageModel, Meter, ModelSettings
from jobs.context import JobContext


def connect(job: JobContext, settings: ModelSettings) -> LanguageModel | None:
    """Return the language model of a job, or `None` for the built-in extractor."""
    if not settings.is_language_model:
        return None
    return models.connect(settings.name, usage_meter(job), job.check_cancelled)


def usage_meter(job: JobContext) -> Meter:
    """Return a meter that adds each call to the usage of the job, even if the job fails later."""

    def meter(completion: Completion) -> None:
        job.add_usage(
            model=completion.model,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            cost_usd=completion.cost_usd,
        )

    return meter
