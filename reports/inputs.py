"""What every order of a report, a brief or an analysis may say."""

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
"""All text of an order together, its evidence apart, in UTF-8."""
MAX_EVIDENCE_CHARACTERS = 200_000
"""Characters of all texts that come with an order as evidence."""

Prose = Annotated[str, CLEAN]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), CLEAN]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), CLEAN]
Id = Annotated[uuid.UUID, Strict(False)]
ModelName = Annotated[
    str | None,
    Field(max_length=100, description="Name of a model; the deployment's default if not given."),
]


class JobInput(BaseModel):
    """What every order may say: the documents that it rests on, and how a model is to work."""

    model_config = ConfigDict(extra="forbid", strict=True)

    documents: list[Id] = Field(
        default_factory=list,
        max_length=50,
        description="Ids of documents that it rests on.",
        examples=[["0199c2a4-6f1e-7c3a-9d55-3b1f6a0e8d21"]],
    )
    model: ModelName = None
    temperature: float | None = Field(None, ge=0, le=2, description="Of a language model.")

    @property
    @abstractmethod
    def task(self) -> str:
        """What is asked for, as a model is told."""

    @property
    def texts(self) -> list[Source]:
        """Texts that come with the order and are sources like its documents."""
        return []

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Give the faults that only the tenant's data and the settings can tell."""
        return [
            *models.faults(self.model),
            *sources.faults(organization_id, self.documents),
        ]


class WritingInput(JobInput):
    """An order of a text, which a language model writes in sections."""

    max_tokens: int | None = Field(
        None, ge=16, le=200_000, description="Longest text of a section; a plan is not bounded."
    )


class EvidenceText(BaseModel):
    """A text that is evidence: a note, a passage, a finding."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name = Field(description="By which it is listed.", examples=["Survey of the piers"])
    text: Text = Field(examples=["Corrosion was found at three of the eight piers."])


class EvidencedInput(JobInput):
    """An order that brings evidence of its own."""

    evidence: list[EvidenceText] = Field(
        default_factory=list, max_length=50, description="Texts that it rests on."
    )

    @property
    def texts(self) -> list[Source]:
        """The evidence, as sources."""
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
    """Refuse an order whose texts, evidence apart, are larger than MAX_TEXT_BYTES together."""
    size = sum(len(text.encode()) for text in texts)
    if size > MAX_TEXT_BYTES:
        raise PydanticCustomError(
            "too_large",
            "The text has {size} bytes in all; {allowed} are allowed. "
            "Put long texts into documents.",
            {"size": size, "allowed": MAX_TEXT_BYTES},
        )
