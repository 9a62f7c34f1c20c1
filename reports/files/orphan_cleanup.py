"""Removes the files of deleted reports, left when a deletion did not reach the store.

Once a day it also aborts unfinished uploads. A report's row is stored before its files and its
files are removed after it, so a file without a report is never one that is being written.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePosixPath

from django.core.files.storage import Storage

from jobs.ai import uploads
from jobs.models import Organization
from reports.models import FOLDER, Report

log = logging.getLogger(__name__)

PARTITIONS = 24
HOUR_SECONDS = 3600
GRACE_PERIOD = timedelta(hours=1)
"""Maximum duration of an upload."""


def current_partition() -> int:
    """Return the partition of organizations for this hour; each of the 24 comes up once a day."""
    return int(time.time() // HOUR_SECONDS) % PARTITIONS


def clean_up(part: int) -> int:
    """Clean up one partition (0-23) of the organizations. Raises the store's errors."""
    if part == 0:
        uploads.abort(_storage(), FOLDER, GRACE_PERIOD)
    removed = sum(
        _clean_up_folder(one)
        for one in Organization.objects.values_list("pk", flat=True)
        if one.int % PARTITIONS == part
    )
    if removed:
        log.warning("partition %s: %s files of deleted reports removed", part, removed)
    return removed


def _clean_up_folder(organization: uuid.UUID) -> int:
    storage = _storage()
    here = f"{FOLDER}/{organization}"
    try:
        files = storage.listdir(here)[1]
    except FileNotFoundError:
        return 0
    known = set(Report.objects.of(organization).values_list("pk", flat=True))
    orphans = [name for name, report in _report_files(files) if report not in known]
    for name in orphans:
        storage.delete(f"{here}/{name}")
    return len(orphans)


def _storage() -> Storage:
    storage: Storage = Report().pdf.storage
    return storage


def _report_files(files: list[str]) -> Iterator[tuple[str, uuid.UUID]]:
    """Yield each file with the id of its report; skip other file names."""
    for name in files:
        try:
            yield name, uuid.UUID(PurePosixPath(name).stem)
        except ValueError:
            log.warning("%s among the files of reports is none of ours", name)
