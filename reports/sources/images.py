"""Has a model describe the images among the documents, in batches that are durable steps."""

import uuid
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, Field

from jobs.ai.images import downscaling
from jobs.ai.llm.models import LanguageModel, Prompt, PromptImage
from jobs.ai.llm.prompts import element
from jobs.ai.sources import open_file
from jobs.context import JobContext
from jobs.errors import InvalidInput, InvalidOutput
from reports.inputs import JobInput
from reports.markup import Text
from reports.prompts import prompt
from reports.sources.source_list import ListedSource

IMAGE_KINDS = frozenset({"png", "jpg", "jpeg", "tif", "webp", "gif", "bmp"})
"""Kinds of sources that are one image; a TIFF of many pages is a scan, which OCR reads."""
BATCH_IMAGES = 4
"""Images per call: some servers accept no more."""


class ImageDescription(BaseModel):
    """What one picture shows."""

    number: int = Field(description="Of the picture, from 1.")
    text: Text = Field(max_length=4000)


class ImageDescriptions(BaseModel):
    """What pictures show."""

    pictures: list[ImageDescription]


class ShownImage(BaseModel):
    """An image that a report shows."""

    id: str
    """Id of the document."""
    name: str
    description: str
    """Given by a model; "" if there is none."""


class DescribedImages(BaseModel):
    """Descriptions of a batch."""

    texts: dict[str, str] = {}
    """Descriptions by document id."""
    problems: list[str] = []
    """Why images were not described."""


def find_images(listing: Sequence[ListedSource]) -> list[ListedSource]:
    """Return the sources that are images."""
    return [one for one in listing if one.kind in IMAGE_KINDS and one.pages <= 1]


def describe_images(
    job: JobContext, model: LanguageModel | None, input: JobInput, found: Sequence[ListedSource]
) -> DescribedImages:
    """Have images described; those that were not are reported as problems."""
    whole = DescribedImages()
    if not found:
        return whole
    if model is None or not model.settings.can_see_images:
        return DescribedImages(problems=[_not_described(model, found)])
    asker = _ImageDescriber(job.organization_id, model, input)
    batches = [found[at : at + BATCH_IMAGES] for at in range(0, len(found), BATCH_IMAGES)]
    for number, batch in enumerate(batches, start=1):
        made = job.step_as(DescribedImages, f"pictures-{number}", asker.describe, batch)
        whole.texts.update(made.texts)
        whole.problems += made.problems
    return whole


class _ImageDescriber:
    """Sends the images of a batch to a model."""

    def __init__(self, organization_id: uuid.UUID, model: LanguageModel, input: JobInput) -> None:
        self._organization_id = organization_id
        self._model = model
        self._input = input

    def describe(self, batch: Sequence[ListedSource]) -> DescribedImages:
        """Describe a batch in one call. A refusal of the model does not fail the report."""
        made = DescribedImages()
        shown = list(self._load_images(batch, made.problems))
        if not shown:
            return made
        try:
            answer = self._model.complete_as(ImageDescriptions, self._prompt(shown))
        except (InvalidInput, InvalidOutput) as error:
            names = ", ".join(one.name for one, _ in shown)
            made.problems.append(f"Not described: {names}. {error.message}")
            return made
        descriptions = {one.number: one.text for one in answer.pictures}
        left = []
        for number, (one, _) in enumerate(shown, start=1):
            if number in descriptions:
                made.texts[one.id] = descriptions[number]
            else:
                left.append(one.name)
        if left:
            made.problems.append(f"The model did not describe {', '.join(left)}.")
        return made

    def _load_images(
        self, batch: Sequence[ListedSource], problems: list[str]
    ) -> Iterator[tuple[ListedSource, PromptImage]]:
        for one in batch:
            try:
                with open_file(self._organization_id, uuid.UUID(one.id)) as file:
                    yield one, downscaling.downscale(file.stream, one.name)
            except InvalidInput as error:
                problems.append(f"Not described: {error.message}")

    def _prompt(self, shown: Sequence[tuple[ListedSource, PromptImage]]) -> Prompt:
        names = [element("picture", one.name, number=at) for at, (one, _) in enumerate(shown, 1)]
        request = ["\n".join([self._input.task, *names])]
        pictures = [picture for _, picture in shown]
        return prompt("picture_descriptions.v1", request, self._input, pictures=pictures)


def _not_described(model: LanguageModel | None, found: Sequence[ListedSource]) -> str:
    who = f"the model {model.settings.name}" if model else "the built-in extractor"
    names = ", ".join(one.name for one in found)
    return f"Not described: {names}. Images cannot be shown to {who}; only their text was read."
