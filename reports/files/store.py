"""Stores, reads and removes the files of a report.

Paths derive from the report's id. A report written before a format was introduced has no file of
that format.
"""

import logging
from typing import Literal

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from reports.models import Report, file_path

log = logging.getLogger(__name__)

FileFormat = Literal["pdf", "docx", "html"]
FORMATS: tuple[FileFormat, ...] = ("pdf", "docx", "html")


def save_file(report: Report, format: FileFormat, content: bytes) -> str:
    """Store a file, replacing one from an earlier attempt; return its name."""
    storage, name = _storage(report), file_path(report, format)
    if storage.exists(name):  # storages would add a second file beside it
        storage.delete(name)
    return storage.save(name, ContentFile(content))


def read_file(report: Report, format: FileFormat) -> bytes | None:
    """Return the content of a file; `None` if there is none."""
    try:
        with _storage(report).open(file_path(report, format), "rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        if format == "pdf" and report.pdf:
            log.error("report %s: the PDF file is missing", report.pk)
        return None
    return content


def remove_files(report: Report) -> None:
    """Remove all files of a report; call it after the commit that deletes its row."""
    for one in FORMATS:
        _storage(report).delete(file_path(report, one))


def _storage(report: Report) -> Storage:
    storage: Storage = report.pdf.storage
    return storage
