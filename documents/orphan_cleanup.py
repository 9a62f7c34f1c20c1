"""Looks for what does not belong together: files that no document names, documents without file.

A file without a document is what a crash between writing the file and storing its row leaves. The
store has 256 parts, by the first byte of the digest; a round takes one of them, by the time of day,
so that every file is looked at once a day, nothing is kept between rounds, and any number may run.
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
from documents.models import FOLDER, Document
from jobs.ai import uploads
from jobs.models import Organization

log = logging.getLogger(__name__)

PARTS = 256
DAY = timedelta(days=1)
GRACE = timedelta(hours=1)
"""Age below which a file is left alone. The lock of its content guards it as well."""


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a round found."""

    removed: int = 0
    """Files that no document named."""
    missing: int = 0
    """Documents whose file is gone. They are reported, and left as they are."""
    aborted: int = 0
    """Uploads into an object store that were never finished."""

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(
            removed=self.removed + other.removed,
            missing=self.missing + other.missing,
            aborted=self.aborted + other.aborted,
        )


def part_now() -> int:
    """Give the part whose turn it is: each of the 256 once a day."""
    return int(time.time() % DAY.total_seconds() * PARTS / DAY.total_seconds())


def sweep(part: int) -> Swept:
    """Sweep one part, 0-255, of all organizations' files. Raises `StoreAway`."""
    found = Swept(aborted=uploads.abort(default_storage, FOLDER, GRACE) if part == 0 else 0)
    for organization in _organizations():
        found += _sweep_folder(organization, part)
    if found != Swept():
        log.warning("part %s of the store: %s", part, found)
    return found


def _organizations() -> Iterator[uuid.UUID]:
    """Give those there are, and those that have files; what is named otherwise is not ours."""
    ids = set(Organization.objects.values_list("pk", flat=True))
    for folder in _listed(FOLDER)[0]:
        try:
            ids.add(uuid.UUID(folder))
        except ValueError:
            log.warning("%s/%s in the file store is none of ours", FOLDER, folder)
    yield from sorted(ids)


def _sweep_folder(organization: uuid.UUID, part: int) -> Swept:
    """Compare an organization's documents of a part with its files.

    The documents are read first: one that is seen has its file, since that is written before.
    """
    after = f"{part + 1:02x}" if part + 1 < PARTS else "g"
    ours = Document.objects.of(organization)
    of_part = ours.filter(digest__gte=f"{part:02x}", digest__lt=after)
    documents = dict(of_part.values_list("digest", "pk"))
    here = f"{FOLDER}/{organization}/{part:02x}"
    files = set(_listed(here)[1])
    removed = sum(_remove(f"{here}/{name}") for name in sorted(files - documents.keys()))
    missing = sum(
        _is_missing(documents[digest], f"{here}/{digest}")
        for digest in sorted(documents.keys() - files)
    )
    return Swept(removed=removed, missing=missing)


def _remove(path: str) -> bool:
    try:
        written = default_storage.get_modified_time(path)
    except FileNotFoundError:  # its document was deleted meanwhile
        return False
    return timezone.now() - written > GRACE and store.remove_unreferenced(path)


def _is_missing(id: uuid.UUID, path: str) -> bool:
    """Whether the file is gone and the document is not: it may have been deleted meanwhile."""
    gone = not default_storage.exists(path) and Document.objects.filter(pk=id).exists()
    if gone:
        log.error("document %s has lost its file %s", id, path)
    return gone


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
    return folders, files
