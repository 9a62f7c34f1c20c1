"""First stage of every writing job: model, sources, and descriptions of images."""

from dataclasses import dataclass
from typing import Any

from jobs.ai.llm import metering, models
from jobs.ai.llm.models import LanguageModel, ModelSettings
from jobs.context import JobContext
from reports.inputs import JobInput
from reports.sources import images
from reports.sources.evidence import ReportSources
from reports.sources.images import ShownImage
from reports.sources.source_list import ListedSource

READ_PERCENT, PREPARED_PERCENT = 10, 13
"""Progress after reading documents and describing images, in percent."""


@dataclass(frozen=True, kw_only=True)
class PreparedSources:
    """What a job works with."""

    settings: ModelSettings
    model: LanguageModel | None
    """None for extraction without a language model."""
    evidence: ReportSources
    listing: list[ListedSource]
    pictures: list[ShownImage]
    """Images among the sources."""
    problems: list[str]
    """Warnings for the reader: images that were not described."""


def prepare_sources(job: JobContext, input: JobInput) -> PreparedSources:
    """Choose the model, read the sources and have images described."""
    settings = models.choose(input.model, job.job_type)
    model = metering.connect(job, settings)

    def on_document(place: int, total: int) -> None:
        job.progress(READ_PERCENT * place / (total + 1), f"Reading document {place} of {total}")

    evidence = ReportSources(job.organization_id, input.documents, on_document, input.texts)
    job.progress(1, "Reading the input")
    listing = [
        ListedSource.model_validate(one) for one in job.step("sources", _source_list, evidence)
    ]
    found = images.find_images(listing)
    if found:
        job.progress(READ_PERCENT, "Describing the images")
    seen = images.describe_images(job, model, input, found)
    evidence.see(seen.texts)
    for one in found:
        one.readable = one.readable or one.id in seen.texts
    return PreparedSources(
        settings=settings,
        model=model,
        evidence=evidence,
        listing=listing,
        pictures=[
            ShownImage(id=one.id, name=one.name, description=seen.texts.get(one.id, ""))
            for one in found
        ],
        problems=seen.problems,
    )


def _source_list(evidence: ReportSources) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in evidence.listing()]
