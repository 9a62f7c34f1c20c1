"""Input of `process_images`."""

import uuid
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from documents.images import job
from documents.inputs import EXAMPLE_ID, find_repeats
from jobs.ai import sources
from jobs.errors import Fault


class Box(BaseModel):
    """Maximum size of an image. Proportions are kept."""

    model_config = ConfigDict(extra="forbid", strict=True)

    width: int = Field(ge=1, le=20_000, description="Pixels.", examples=[1600])
    height: int = Field(ge=1, le=20_000, examples=[1200])


class ProcessImagesInput(BaseModel):
    """Images to process, all with the same options."""

    model_config = ConfigDict(extra="forbid", strict=True)

    documents: Annotated[list[uuid.UUID], Field(min_length=1, max_length=200)] = Field(
        description="Ids of uploaded images.",
        examples=[[EXAMPLE_ID]],
    )
    orient: bool = Field(True, description="Rotate images upright, by their EXIF orientation.")
    strip_metadata: bool = Field(True, description="Remove the metadata: camera, time and place.")
    resize: Box | None = Field(None, description="Scale down to fit; images are never enlarged.")
    thumbnails: Annotated[list[Annotated[int, Field(ge=16, le=2048)]], Field(max_length=5)] = Field(
        [],
        description="Longest side, in pixels, of each additional thumbnail.",
        examples=[[128, 512]],
    )
    format: job.ImageFormat | None = Field(
        None, description="Target format; if omitted, JPEG, PNG and WebP keep theirs."
    )
    quality: int = Field(85, ge=1, le=100, description="Of JPEG and WebP.")

    @model_validator(mode="after")
    def _stay_upright(self) -> Self:
        if self.strip_metadata and not self.orient:
            raise ValueError(
                "strip_metadata without orient would leave photos rotated: the orientation is "
                "stored in the metadata. Set orient, or keep the metadata"
            )
        return self

    def check(self, organization_id: uuid.UUID) -> list[Fault]:
        """Return a fault for each missing or repeated document."""
        return [
            *find_repeats("/documents", [str(one) for one in self.documents]),
            *sources.faults(organization_id, self.documents),
        ]
