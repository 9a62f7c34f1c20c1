"""ZIP containers (DOCX, XLSX) from strangers, measured before anything in them is unpacked."""

import struct
import zipfile
from typing import IO

from documents.errors import UnpacksTooLarge, Unreadable

MAX_UNPACKED = 100_000_000
"""Bytes of all members together."""
MAX_RATIO = 100
"""Unpacked size over packed size; text of office files stays below 30."""
RATIO_FROM = 10_000_000
"""Bytes below which the ratio does not matter."""
MAX_PART = 20_000_000
"""Bytes of an XML part that its parser keeps in memory as a whole."""
STREAMED = ("word/document.xml", "xl/worksheets/")
"""Parts that are read piece by piece, up to a limit of their own."""
MAX_DIRECTORY = 1_000_000
"""Bytes of the list of members: Python keeps an object for each."""

END_RECORD = struct.Struct("<4s4H2LH")
END_SIGNATURE = b"PK\x05\x06"
ZIP64_SIGNATURE = b"PK\x06\x07"
LONGEST_COMMENT = 0xFFFF


def opened(stream: IO[bytes]) -> zipfile.ZipFile:
    """Open a ZIP file whose unpacked size is in proportion.

    Reading a member never gives more bytes than it declares (zipfile stops there), so what is
    declared is what counts. Raises `Unreadable` or `UnpacksTooLarge`.
    """
    _check_directory(stream)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable("The file is damaged: its ZIP container cannot be opened.") from error
    _check_sizes(archive)
    return archive


def _check_directory(stream: IO[bytes]) -> None:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - LONGEST_COMMENT - END_RECORD.size - 20))
    tail = stream.read()
    stream.seek(0)
    end = tail.rfind(END_SIGNATURE)
    if end < 0 or len(tail) < end + END_RECORD.size:
        raise Unreadable("The file is damaged: the end of its ZIP container is missing.")
    directory = END_RECORD.unpack_from(tail, end)[5]
    if directory > MAX_DIRECTORY or tail[max(0, end - 20) : end].startswith(ZIP64_SIGNATURE):
        raise UnpacksTooLarge("The file's ZIP container has far more members than a document has.")


def _check_sizes(archive: zipfile.ZipFile) -> None:
    unpacked = sum(member.file_size for member in archive.infolist())
    packed = sum(member.compress_size for member in archive.infolist())
    if unpacked > MAX_UNPACKED or unpacked > max(RATIO_FROM, MAX_RATIO * packed):
        raise UnpacksTooLarge(
            f"The file unpacks from {packed:,} to {unpacked:,} bytes, out of proportion for a "
            "document. Split it, or save it again without embedded data."
        )
    for member in archive.infolist():
        if _kept_whole(member.filename) and member.file_size > MAX_PART:
            raise UnpacksTooLarge(
                f"The file's part {member.filename[:100]} has {member.file_size:,} bytes; "
                f"{MAX_PART:,} are read at most. Split the file."
            )


def _kept_whole(part: str) -> bool:
    return part.endswith((".xml", ".rels")) and not part.startswith(STREAMED)
