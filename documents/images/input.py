"""What is asked of `process_images`."""

import uuid
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from documents.images import job
from documents.inputs import EXAMPLE, repeated
from jobs.ai import sources
from jobs.errors import Fault


class Box(BaseModel):
    """A size that pictures are made to fit in. They keep their proportions."""

    model_config = ConfigDict(extra="forbid", strict=True)

    width: int = Field(ge=1, le=20_000, description="Pixels.", examples=[1600])
    height: int = Field(ge=1, le=20_000, examples=[1200])


class ImagesOrder(BaseModel):
    """Which images to process, and how. All of them are processed alike."""

    model_config = ConfigDict(extra="forbid", strict=True)

    documents: Annotated[list[uuid.UUID], Field(min_length=1, max_length=200)] = Field(
        description="Ids of uploaded images.",
        examples=[[EXAMPLE]],
    )
    orient: bool = Field(True, description="Turn each as its camera was held.")
    strip_metadata: bool = Field(
        True, description="Leave out what is known of camera, time and place."
    )
    resize: Box | None = Field(None, description="Scale down to fit in; never up.")
    thumbnails: Annotated[list[Annotated[int, Field(ge=16, le=2048)]], Field(max_length=5)] = Field(
        [], description="Longest side of each small picture wanted beside.", examples=[[128, 512]]
    )
    format: job.Format | None = Field(
        None, description="What to convert to; JPEG, PNG and WebP stay where not given."
    )
    quality: int = Field(85, ge=1, le=100, description="Of JPEG and WebP.")

    @model_validator(mode="after")
    def _stay_upright(self) -> Self:
        if self.strip_metadata and not self.orient:
            raise ValueError(
                "strip_metadata without orient would leave photos lying on their side: the "
                "metadata say how to turn them"
            )
        return self

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Give a fault for each document that is not there, or is named twice."""
        return [
            *repeated("/documents", [str(one) for one in self.documents]),
            *sources.faults(organization_id, self.documents),
        ]
