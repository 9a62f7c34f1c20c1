"""The work of `process_images`: new documents of each image. One step a file."""

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
from documents.images.transformation import Order
from documents.models import Document
from jobs.context import JobContext

Format = Literal["jpeg", "png", "webp"]
Kind = Literal["image", "thumbnail"]
FORMATS: dict[str, Format] = {
    media_types.JPEG: "jpeg",
    media_types.PNG: "png",
    media_types.WEBP: "webp",
}
"""Formats that are kept where none is asked for. Others become PNG."""
EXTENSIONS = {"jpeg": ".jpg", "png": ".png", "webp": ".webp"}


class Operations(BaseModel):
    """What to do with each image."""

    orient: bool
    strip_metadata: bool
    box: tuple[int, int] | None
    thumbnails: list[int]
    format: Format | None
    quality: int


class MadeImage(BaseModel):
    """A picture that was made, a document of its own."""

    document: uuid.UUID
    name: str
    kind: Kind
    media_type: str
    width: int = Field(description="Pixels.")
    height: int
    size: int = Field(description="Bytes.")


class ImageResult(file_steps.Outcome):
    """What became of one image."""

    status: Literal["processed", "failed"]
    made: list[MadeImage] = []
    note: str | None = Field(None, description="What was left out: frames of an animation.")


class ProcessedImages(file_steps.Counted):
    """What became of all images, in the order in which they were named."""

    files: list[ImageResult]


def process_all(
    job: JobContext, documents: Sequence[uuid.UUID], operations: Operations
) -> ProcessedImages:
    """Process the images, each as a durable step; one that cannot be read fails alone.

    A picture is stored by its content: one that was stored by an attempt that died is found again.
    """
    done = []
    for index, document in enumerate(documents):
        job.progress(100 * index / len(documents), f"Image {index + 1} of {len(documents)}")
        step = f"file-{document}"
        done.append(job.step_as(ImageResult, step, _process_one, job, document, operations))
    return ProcessedImages(**file_steps.counted(done), files=done)


def _process_one(job: JobContext, id: uuid.UUID, operations: Operations) -> ImageResult:
    return file_steps.alone(
        job, id, ImageResult, lambda document: _processed(job, document, operations)
    )


def _processed(job: JobContext, document: Document, operations: Operations) -> ImageResult:
    if document.media_type not in media_types.IMAGES:
        raise NotAnImage(f"The file is no image but {document.media_type}.")
    made, frames = [], 1
    with (
        reader.content(document) as source,
        tempfile.NamedTemporaryFile(prefix="conveyor-image-") as target,
        sandbox.started("documents.images", source, target.file) as maker,
    ):
        for kind, order in _orders(document, operations):
            job.check_cancelled()
            answer = maker.request(asdict(order))
            frames = answer["frames"]
            name = _named(document, order, answer)
            made.append(_kept(job, File(target.file, name), kind, answer))
    note = f"Only the first of {frames} frames is in the picture." if frames > 1 else None
    return ImageResult(
        document=document.pk, name=document.name, status="processed", made=made, note=note
    )


def _orders(document: Document, operations: Operations) -> Iterator[tuple[Kind, Order]]:
    kept = FORMATS.get(document.media_type, "png")
    common: dict[str, Any] = {
        "pixels": settings.DOCUMENT_MAX_PIXELS,
        "format": (operations.format or kept).upper(),
        "quality": operations.quality,
        "orient": operations.orient,
        "strip": operations.strip_metadata,
    }
    width, height = operations.box or (None, None)
    yield "image", Order(**common, width=width, height=height)
    for side in operations.thumbnails:
        yield "thumbnail", Order(**common | {"strip": True}, width=side, height=side)


def _named(document: Document, order: Order, answer: dict[str, int]) -> str:
    stem, extension = PurePosixPath(document.name).stem, EXTENSIONS[order.format.lower()]
    return f"{stem}-{answer['width']}x{answer['height']}{extension}"


def _kept(job: JobContext, picture: "File[bytes]", kind: Kind, answer: dict[str, int]) -> MadeImage:
    picture.seek(0)
    stored = store.keep(job, picture)
    return MadeImage(
        document=stored.pk,
        name=stored.name,
        kind=kind,
        media_type=stored.media_type,
        width=answer["width"],
        height=answer["height"],
        size=stored.size,
    )
