"""Copies uploads to temporary files and checks size and type before anything is stored."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File

from documents import file_names, media_types
from documents.errors import DocumentError
from jobs.errors import Fault, Refused


@dataclass(frozen=True, kw_only=True)
class StagedFile:
    """A checked file, ready to store."""

    name: str
    """Safe base name."""
    media_type: str
    """Detected by content."""
    size: int
    """Bytes."""
    digest: str
    """SHA-256 in hexadecimal."""
    path: Path
    """Path of the temporary file."""

    def open(self) -> IO[bytes]:
        """Open the content for reading."""
        return self.path.open("rb")


class UploadRejected(Refused):
    """One file of an upload is rejected."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@contextmanager
def stage(uploads: "Sequence[File[bytes]]") -> Iterator[tuple[list[StagedFile], list[Fault]]]:
    """Copy every upload to a temporary file; yield the accepted files and the faults.

    No file is held in memory. The temporary files are deleted when the context ends.
    """
    with ExitStack() as stack:
        files: list[StagedFile] = []
        faults: list[Fault] = []
        for index, upload in enumerate(uploads):
            copy = stack.enter_context(tempfile.NamedTemporaryFile(prefix="conveyor-upload-"))
            try:
                files.append(_stage_one(upload, copy))
            except (UploadRejected, DocumentError) as error:
                pointer = f"/files/{index}"
                faults.append(Fault(pointer=pointer, code=error.code, detail=error.message))
        yield files, faults


def _stage_one(upload: "File[bytes]", copy: "tempfile._TemporaryFileWrapper[bytes]") -> StagedFile:
    name = file_names.base_name(upload.name or "")
    size, digest = _copy(upload, copy, name)
    return StagedFile(
        name=name,
        media_type=_detect_type(copy.file, name),
        size=size,
        digest=digest,
        path=Path(copy.name),
    )


def _copy(upload: "File[bytes]", copy: IO[bytes], name: str) -> tuple[int, str]:
    """Copy in chunks up to the size limit; return the size and the digest."""
    sha256 = hashlib.sha256()
    size = 0
    for chunk in upload.chunks():
        size += len(chunk)
        if size > settings.DOCUMENT_MAX_BYTES:
            limit = f"{settings.DOCUMENT_MAX_BYTES:,} bytes"
            raise UploadRejected("too_large", f"{name} is larger than {limit}. Split it.")
        sha256.update(chunk)
        copy.write(chunk)
    copy.flush()
    if not size:
        raise UploadRejected("empty", f"{name} is empty (0 bytes). Check it and upload it again.")
    return size, sha256.hexdigest()


def _detect_type(content: IO[bytes], name: str) -> str:
    extension = file_names.extension(name)
    media_type = media_types.detect(content, extension)
    if media_type is None:
        _explain_office(media_types.ole_kind(content), name)
        apparent = media_types.hint(content)
        what = f" It seems to be {apparent}." if apparent else ""
        raise UploadRejected(
            "unsupported_type",
            f"{name} has an unsupported type.{what} Supported: {media_types.SUPPORTED}.",
        )
    if media_types.contradicts(media_type, extension):
        raise UploadRejected(
            "type_mismatch",
            f"{name} has the extension {extension}, but its content is {media_type}. Rename it.",
        )
    return media_type


def _explain_office(kind: str, name: str) -> None:
    """Reject an OLE container with advice on how to convert it."""
    if kind == "encrypted":
        raise UploadRejected(
            "password_protected",
            f"{name} is password-protected. Save it without a password and send it again.",
        )
    if kind == "old":
        raise UploadRejected(
            "old_office_format",
            f"{name} is in an Office format from before 2007. Save it as DOCX, XLSX or PPTX.",
        )
    if kind == "message":
        raise UploadRejected("unsupported_type", f"{name} is an Outlook message. Save it as EML.")
