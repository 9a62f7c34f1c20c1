"""Uploads on their way in: copied to temporary files, measured and recognized, not yet stored."""

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
class Staged:
    """A file that may be stored."""

    name: str
    """Safe base name."""
    media_type: str
    """By content."""
    size: int
    """Bytes."""
    digest: str
    """SHA-256 in hexadecimal."""
    path: Path
    """Of the temporary file."""

    def opened(self) -> IO[bytes]:
        """Open the content for reading."""
        return self.path.open("rb")


class NotAccepted(Refused):
    """One file of an upload is refused."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@contextmanager
def staged(uploads: "Sequence[File[bytes]]") -> Iterator[tuple[list[Staged], list[Fault]]]:
    """Copy every upload to a temporary file of its own; give the good ones, and what is wrong.

    No file is held in memory. The temporary files are gone when the context ends.
    """
    with ExitStack() as stack:
        files: list[Staged] = []
        faults: list[Fault] = []
        for index, upload in enumerate(uploads):
            copy = stack.enter_context(tempfile.NamedTemporaryFile(prefix="conveyor-upload-"))
            try:
                files.append(_stage(upload, copy))
            except (NotAccepted, DocumentError) as error:
                pointer = f"/files/{index}"
                faults.append(Fault(pointer=pointer, code=error.code, detail=error.message))
        yield files, faults


def _stage(upload: "File[bytes]", copy: "tempfile._TemporaryFileWrapper[bytes]") -> Staged:
    name = file_names.base_name(upload.name or "")
    size, digest = _copy(upload, copy, name)
    return Staged(
        name=name,
        media_type=_recognized(copy.file, name),
        size=size,
        digest=digest,
        path=Path(copy.name),
    )


def _copy(upload: "File[bytes]", copy: IO[bytes], name: str) -> tuple[int, str]:
    """Copy in chunks, and stop where it is too large: give the size and the digest."""
    sha256 = hashlib.sha256()
    size = 0
    for chunk in upload.chunks():
        size += len(chunk)
        if size > settings.DOCUMENT_MAX_BYTES:
            limit = f"{settings.DOCUMENT_MAX_BYTES:,} bytes"
            raise NotAccepted("too_large", f"{name} is larger than {limit}. Split it.")
        sha256.update(chunk)
        copy.write(chunk)
    copy.flush()
    if not size:
        raise NotAccepted("empty", f"{name} is empty (0 bytes). Check the file and send it again.")
    return size, sha256.hexdigest()


def _recognized(content: IO[bytes], name: str) -> str:
    extension = file_names.extension(name)
    media_type = media_types.detect(content, extension)
    if media_type is None:
        _explain_office(media_types.ole_kind(content), name)
        seen = media_types.hint(content)
        what = f" It seems to be {seen}." if seen else ""
        raise NotAccepted(
            "unsupported_type",
            f"{name} is of a type that cannot be read.{what} Supported: {media_types.SUPPORTED}.",
        )
    if media_types.contradicts(media_type, extension):
        raise NotAccepted(
            "type_mismatch",
            f"{name} is named {extension}, but its content is {media_type}. Name it as what it is.",
        )
    return media_type


def _explain_office(kind: str, name: str) -> None:
    """Refuse an OLE container with what to do about it."""
    if kind == "encrypted":
        raise NotAccepted(
            "password_protected",
            f"{name} opens only with a password. Save it without one and send it again.",
        )
    if kind == "old":
        raise NotAccepted(
            "old_office_format",
            f"{name} is of the Office formats before 2007. Save it as DOCX, XLSX or PPTX.",
        )
    if kind == "message":
        raise NotAccepted("unsupported_type", f"{name} is an Outlook message. Save it as EML.")
