"""Fields common to the inputs of reports, briefs and analyses."""

import uuid
from abc import abstractmethod
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from jobs.ai import sources
from jobs.ai.llm import models
from jobs.ai.sources import Source
from jobs.errors import Fault
from reports.markup import CLEAN, Text

MAX_TEXT_BYTES = 10 * 1024
"""All text of an input together in UTF-8, without its evidence."""
MAX_EVIDENCE_CHARACTERS = 200_000
"""Of all evidence texts of an input together."""

Prose = Annotated[str, CLEAN]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), CLEAN]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), CLEAN]
Id = Annotated[uuid.UUID, Strict(False)]
ModelName = Annotated[
    str | None,
    Field(max_length=100, description="Name of a model; the deployment's default if omitted."),
]


class JobInput(BaseModel):
    """Common fields: the documents that are the sources, and the model."""

    model_config = ConfigDict(extra="forbid", strict=True)

    documents: list[Id] = Field(
        default_factory=list,
        max_length=50,
        description="Ids of the source documents.",
        examples=[["0199c2a4-6f1e-7c3a-9d55-3b1f6a0e8d21"]],
    )
    model: ModelName = None
    temperature: float | None = Field(
        None, ge=0, le=2, description="Sampling temperature of the language model."
    )

    @property
    @abstractmethod
    def task(self) -> str:
        """The task as the model is given it."""

    @property
    def texts(self) -> list[Source]:
        """Texts in the input that are sources like its documents."""
        return []

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Return the faults that depend on the tenant's data and the settings."""
        return [
            *models.faults(self.model),
            *sources.faults(organization_id, self.documents),
        ]


class WritingInput(JobInput):
    """Input of a text that a language model writes in sections."""

    max_tokens: int | None = Field(
        None,
        ge=16,
        le=200_000,
        description="Maximum length of a section; does not apply to the outline.",
    )


class EvidenceText(BaseModel):
    """A text that is evidence: a note, a passage, a finding."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name = Field(
        description="Name under which it is listed.", examples=["Survey of the piers"]
    )
    text: Text = Field(examples=["Corrosion was found at three of the eight piers."])


class EvidencedInput(JobInput):
    """Input with evidence texts of its own."""

    evidence: list[EvidenceText] = Field(
        default_factory=list,
        max_length=50,
        description="Texts that are sources, in addition to the documents.",
    )

    @property
    def texts(self) -> list[Source]:
        """The evidence as sources."""
        return [
            Source(id=f"evidence-{number}", name=one.name, kind="text", text=one.text)
            for number, one in enumerate(self.evidence, start=1)
        ]

    @model_validator(mode="after")
    def _evidence_of_bearable_size(self) -> Self:
        if sum(len(one.text) for one in self.evidence) > MAX_EVIDENCE_CHARACTERS:
            raise PydanticCustomError(
                "too_large",
                "The evidence has more than {allowed} characters. Upload it as documents.",
                {"allowed": MAX_EVIDENCE_CHARACTERS},
            )
        return self


def refuse_too_long(texts: Iterable[str]) -> None:
    """Reject an input whose texts, without evidence, exceed MAX_TEXT_BYTES together."""
    size = sum(len(text.encode()) for text in texts)
    if size > MAX_TEXT_BYTES:
        raise PydanticCustomError(
            "too_large",
            "The text has {size} bytes in total; the limit is {allowed}. "
            "Upload long texts as documents.",
            {"size": size, "allowed": MAX_TEXT_BYTES},
        )
