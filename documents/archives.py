"""Opens untrusted ZIP containers (DOCX, XLSX, PPTX); checks their sizes before unpacking."""

import struct
import zipfile
from typing import IO

from documents.errors import UnpacksTooLarge, UnreadableDocument

MAX_UNPACKED_BYTES = 100_000_000
"""Of all members together."""
MAX_UNPACK_RATIO = 100
"""Unpacked size divided by packed size; the text of office files stays below 30."""
MIN_RATIO_BYTES = 10_000_000
"""Below this unpacked size the ratio is not checked."""
MAX_PART_BYTES = 20_000_000
"""Of an XML part that its parser keeps in memory as a whole."""
STREAMED_PARTS = ("word/document.xml", "xl/worksheets/")
"""Parts that are read as a stream, each with a limit of its own."""
MAX_DIRECTORY_BYTES = 1_000_000
"""Of the list of members; Python keeps an object for each."""

END_RECORD = struct.Struct("<4s4H2LH")
END_SIGNATURE = b"PK\x05\x06"
ZIP64_SIGNATURE = b"PK\x06\x07"
MAX_COMMENT_BYTES = 0xFFFF


def open_archive(stream: IO[bytes]) -> zipfile.ZipFile:
    """Open a ZIP file after checking its declared sizes.

    The declared sizes are safe to check: `zipfile` never returns more bytes than a member declares.
    Raises `UnreadableDocument` or `UnpacksTooLarge`.
    """
    _check_directory(stream)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableDocument(
            "The file is damaged: its ZIP container cannot be opened."
        ) from error
    _check_sizes(archive)
    return archive


def _check_directory(stream: IO[bytes]) -> None:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - MAX_COMMENT_BYTES - END_RECORD.size - 20))
    tail = stream.read()
    stream.seek(0)
    end = tail.rfind(END_SIGNATURE)
    if end < 0 or len(tail) < end + END_RECORD.size:
        raise UnreadableDocument("The file is damaged: the end of its ZIP container is missing.")
    directory = END_RECORD.unpack_from(tail, end)[5]
    if directory > MAX_DIRECTORY_BYTES or tail[max(0, end - 20) : end].startswith(ZIP64_SIGNATURE):
        raise UnpacksTooLarge(
            "The file's ZIP container has far more members than a document needs."
        )


def _check_sizes(archive: zipfile.ZipFile) -> None:
    unpacked = sum(member.file_size for member in archive.infolist())
    packed = sum(member.compress_size for member in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES or unpacked > max(MIN_RATIO_BYTES, MAX_UNPACK_RATIO * packed):
        raise UnpacksTooLarge(
            f"The file unpacks from {packed:,} to {unpacked:,} bytes, which is too much for a "
            "document. Split it, or save it again without embedded data."
        )
    for member in archive.infolist():
        if _is_parsed_whole(member.filename) and member.file_size > MAX_PART_BYTES:
            raise UnpacksTooLarge(
                f"The part {member.filename[:100]} of the file has {member.file_size:,} bytes; "
                f"the limit is {MAX_PART_BYTES:,}. Split the file."
            )


def _is_parsed_whole(part: str) -> bool:
    return part.endswith((".xml", ".rels")) and not part.startswith(STREAMED_PARTS)
