"""Compares the file store with the documents: removes orphaned files, reports lost ones.

A file without a document is left by a crash between writing the file and storing its row. The store
has 256 partitions, by the first byte of the digest. Each run handles one of them, selected by the
time of day, so that every file is checked once a day. Runs keep no state and may overlap.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from documents import store
from documents.models import DOCUMENTS_FOLDER, Document
from jobs.ai import uploads
from jobs.models import Organization

log = logging.getLogger(__name__)

PARTITIONS = 256
DAY = timedelta(days=1)
GRACE_PERIOD = timedelta(hours=1)
"""A younger file is not removed. The lock of its content protects it as well."""


@dataclass(frozen=True, kw_only=True)
class CleanupResult:
    """Counts of a run."""

    removed: int = 0
    """Files without a document."""
    missing: int = 0
    """Documents whose file is gone. They are reported and left unchanged."""
    aborted: int = 0
    """Unfinished uploads into an object store."""

    def __add__(self, other: "CleanupResult") -> "CleanupResult":
        return CleanupResult(
            removed=self.removed + other.removed,
            missing=self.missing + other.missing,
            aborted=self.aborted + other.aborted,
        )


def current_partition() -> int:
    """Return the partition for the current time of day; each of the 256 comes up once a day."""
    return int(time.time() % DAY.total_seconds() * PARTITIONS / DAY.total_seconds())


def clean_up(partition: int) -> CleanupResult:
    """Clean up one partition (0-255) of all organizations' files. Raises `StoreUnavailable`."""
    result = CleanupResult(
        aborted=uploads.abort(default_storage, DOCUMENTS_FOLDER, GRACE_PERIOD)
        if partition == 0
        else 0
    )
    for organization in _organizations():
        result += _clean_up_folder(organization, partition)
    if result != CleanupResult():
        log.warning("partition %s of the file store: %s", partition, result)
    return result


def _organizations() -> Iterator[uuid.UUID]:
    """Yield the organizations that exist or have files; log other folder names."""
    ids = set(Organization.objects.values_list("pk", flat=True))
    for folder in _list_folder(DOCUMENTS_FOLDER)[0]:
        try:
            ids.add(uuid.UUID(folder))
        except ValueError:
            log.warning(
                "%s/%s in the file store does not belong to Conveyor", DOCUMENTS_FOLDER, folder
            )
    yield from sorted(ids)


def _clean_up_folder(organization: uuid.UUID, partition: int) -> CleanupResult:
    """Compare the documents of a partition with the files in its folder.

    The documents are read first: a file is written before its document, so every document read must
    have its file.
    """
    after = f"{partition + 1:02x}" if partition + 1 < PARTITIONS else "g"
    ours = Document.objects.of(organization)
    in_partition = ours.filter(digest__gte=f"{partition:02x}", digest__lt=after)
    documents = dict(in_partition.values_list("digest", "pk"))
    folder = f"{DOCUMENTS_FOLDER}/{organization}/{partition:02x}"
    files = set(_list_folder(folder)[1])
    removed = sum(_remove_orphan(f"{folder}/{name}") for name in sorted(files - documents.keys()))
    missing = sum(
        _is_missing(documents[digest], f"{folder}/{digest}")
        for digest in sorted(documents.keys() - files)
    )
    return CleanupResult(removed=removed, missing=missing)


def _remove_orphan(path: str) -> bool:
    try:
        written = default_storage.get_modified_time(path)
    except FileNotFoundError:  # deleted concurrently with its document
        return False
    return timezone.now() - written > GRACE_PERIOD and store.remove_unreferenced(path)


def _is_missing(id: uuid.UUID, path: str) -> bool:
    """Whether the file is missing although its document still exists."""
    gone = not default_storage.exists(path) and Document.objects.filter(pk=id).exists()
    if gone:
        log.error("the file of document %s is missing: %s", id, path)
    return gone


def _list_folder(folder: str) -> tuple[list[str], list[str]]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
    return folders, files
