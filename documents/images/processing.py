"""The work of `process_images`: new documents of each image. One step a file."""

import tempfile
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files import File
from pydantic import BaseModel, Field

from documents import media_types, reading, store
from documents.errors import DocumentError, DocumentMissing, NotAnImage, of_the_file
from documents.files import FileError
from documents.images.making import Order
from documents.models import Document
from jobs.ai.apart import process
from jobs.context import JobContext
from jobs.errors import ConveyorError, InvalidSubmission, QuotaExceeded
from jobs.models import Organization

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


class ImageResult(BaseModel):
    """What became of one image."""

    document: uuid.UUID
    name: str = Field(description="File name; empty where the document is gone.")
    status: Literal["processed", "failed"]
    made: list[MadeImage] = []
    note: str | None = Field(None, description="What was left out: frames of an animation.")
    error: FileError | None = None


class ProcessedImages(BaseModel):
    """What became of all images, in the order in which they were named."""

    total_files: int
    processed_files: int = Field(description="Processed and failed ones together.")
    failed_files: int
    files: list[ImageResult]


def process_all(
    job: JobContext, documents: Sequence[uuid.UUID], operations: Operations
) -> ProcessedImages:
    """Process the images, each as a durable step; one that cannot be read fails alone.

    A picture is stored by its content: one that was stored by an attempt that died is found again.
    """
    files = []
    for index, document in enumerate(documents):
        job.progress(100 * index / len(documents), f"Image {index + 1} of {len(documents)}")
        result = job.step_as(
            ImageResult, f"file-{document}", _process_one, job, document, operations
        )
        files.append(result)
    return ProcessedImages(
        total_files=len(documents),
        processed_files=len(files),
        failed_files=sum(file.status == "failed" for file in files),
        files=files,
    )


def _process_one(job: JobContext, id: uuid.UUID, operations: Operations) -> ImageResult:
    document = Document.objects.of(job.organization_id).filter(pk=id).first()
    if document is None:
        return _failed(id, "", DocumentMissing(f"There is no document {id} any more."))
    try:
        if document.media_type not in media_types.IMAGES:
            raise NotAnImage(f"The file is no image but {document.media_type}.")
        return _processed(job, document, operations)
    except (DocumentError, InvalidSubmission, QuotaExceeded) as error:
        return _failed(id, document.name, error)


def _processed(job: JobContext, document: Document, operations: Operations) -> ImageResult:
    made, frames = [], 1
    memory = settings.DOCUMENT_READER_MEMORY
    with (
        of_the_file(),
        reading.open_file(job.organization_id, document.pk) as source,
        tempfile.NamedTemporaryFile(prefix="conveyor-image-") as target,
        process.started("documents.images", source.stream, target.file, memory=memory) as maker,
    ):
        for kind, order in _orders(document, operations):
            job.heartbeat()
            answer = maker.ask(asdict(order))
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
    stored = store.add(
        picture,
        organization=Organization.objects.get(pk=job.organization_id),
        owner=get_user_model().objects.get(pk=job.owner_id),
        job=job.id,
    )
    return MadeImage(
        document=stored.pk,
        name=stored.name,
        kind=kind,
        media_type=stored.media_type,
        width=answer["width"],
        height=answer["height"],
        size=stored.size,
    )


def _failed(id: uuid.UUID, name: str, error: ConveyorError) -> ImageResult:
    first = error.faults[0] if isinstance(error, InvalidSubmission) and error.faults else None
    return ImageResult(
        document=id,
        name=name,
        status="failed",
        error=FileError(code=first.code if first else error.code, message=error.message),
    )
