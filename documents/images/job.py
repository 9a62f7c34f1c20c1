"""The `process_images` job: makes new documents from each image, one step per file."""

import tempfile
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any, Literal

from django.conf import settings
from django.core.files import File
from pydantic import BaseModel, Field

from documents import file_steps, media_types, reader, sandbox, store
from documents.errors import NotAnImage
from documents.images.transformation import Transformation
from documents.models import Document
from jobs.context import JobContext

ImageFormat = Literal["jpeg", "png", "webp"]
ImageKind = Literal["image", "thumbnail"]
FORMATS: dict[str, ImageFormat] = {
    media_types.JPEG: "jpeg",
    media_types.PNG: "png",
    media_types.WEBP: "webp",
}
"""Formats that are kept if no format is requested. Other formats become PNG."""
EXTENSIONS = {"jpeg": ".jpg", "png": ".png", "webp": ".webp"}


class Operations(BaseModel):
    """Options for each image."""

    orient: bool
    strip_metadata: bool
    box: tuple[int, int] | None
    thumbnails: list[int]
    format: ImageFormat | None
    quality: int


class MadeImage(BaseModel):
    """A new image, stored as a document."""

    document: uuid.UUID
    name: str
    kind: ImageKind
    media_type: str
    width: int = Field(description="Pixels.")
    height: int
    size: int = Field(description="Bytes.")


class ImageResult(file_steps.FileOutcome):
    """Result of one image."""

    status: Literal["processed", "failed"]
    made: list[MadeImage] = []
    note: str | None = Field(None, description="Set if frames of an animation were omitted.")


class ProcessedImages(file_steps.FileCounts):
    """Results in the order of the input."""

    files: list[ImageResult]


def process_all(
    job: JobContext, documents: Sequence[uuid.UUID], operations: Operations
) -> ProcessedImages:
    """Process each image as a durable step; an image that cannot be read fails alone.

    Images are stored by content, so one stored by an attempt that died is reused.
    """
    done = []
    for index, document in enumerate(documents):
        job.progress(100 * index / len(documents), f"Image {index + 1} of {len(documents)}")
        step = f"file-{document}"
        done.append(job.step_as(ImageResult, step, _process_one, job, document, operations))
    return ProcessedImages(**file_steps.count_files(done), files=done)


def _process_one(job: JobContext, id: uuid.UUID, operations: Operations) -> ImageResult:
    return file_steps.run_isolated(
        job, id, ImageResult, lambda document: _process(job, document, operations)
    )


def _process(job: JobContext, document: Document, operations: Operations) -> ImageResult:
    if document.media_type not in media_types.IMAGES:
        raise NotAnImage(f"The file is not an image but {document.media_type}.")
    made, frames = [], 1
    with (
        reader.open_content(document) as source,
        tempfile.NamedTemporaryFile(prefix="conveyor-image-") as target,
        sandbox.start_child("documents.images", source, target.file) as maker,
    ):
        for kind, order in _transformations(document, operations):
            job.check_cancelled()
            answer = maker.request(asdict(order))
            frames = answer["frames"]
            name = _file_name(document, order, answer)
            made.append(_store(job, File(target.file, name), kind, answer))
    note = f"Only the first of {frames} frames was processed." if frames > 1 else None
    return ImageResult(
        document=document.pk, name=document.name, status="processed", made=made, note=note
    )


def _transformations(
    document: Document, operations: Operations
) -> Iterator[tuple[ImageKind, Transformation]]:
    kept = FORMATS.get(document.media_type, "png")
    common: dict[str, Any] = {
        "pixels": settings.DOCUMENT_MAX_PIXELS,
        "format": (operations.format or kept).upper(),
        "quality": operations.quality,
        "orient": operations.orient,
        "strip": operations.strip_metadata,
    }
    width, height = operations.box or (None, None)
    yield "image", Transformation(**common, width=width, height=height)
    for side in operations.thumbnails:
        yield "thumbnail", Transformation(**common | {"strip": True}, width=side, height=side)


def _file_name(document: Document, order: Transformation, answer: dict[str, int]) -> str:
    stem, extension = PurePosixPath(document.name).stem, EXTENSIONS[order.format.lower()]
    return f"{stem}-{answer['width']}x{answer['height']}{extension}"


def _store(
    job: JobContext, picture: "File[bytes]", kind: ImageKind, answer: dict[str, int]
) -> MadeImage:
    picture.seek(0)
    stored = store.add_job_output(job, picture)
    return MadeImage(
        document=stored.pk,
        name=stored.name,
        kind=kind,
        media_type=stored.media_type,
        width=answer["width"],
        height=answer["height"],
        size=stored.size,
    )
