"""Removes the files of reports that are gone: a deletion that a store did not hear of leaves them.

And ends, once a day, uploads of them that were never finished.

A report's row is there before its files, and its files are removed after it, so a file whose report
is not there is never one that is being written.
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
"""How long an upload may take."""


def current_partition() -> int:
    """Give the part of the organizations whose turn it is: each of the 24 once a day."""
    return int(time.time() // HOUR_SECONDS) % PARTITIONS


def clean_up(part: int) -> int:
    """Sweep the files of a part, 0-23, of the organizations. Raises what the store raises."""
    if part == 0:
        uploads.abort(_storage(), FOLDER, GRACE_PERIOD)
    removed = sum(
        _clean_up_folder(one)
        for one in Organization.objects.values_list("pk", flat=True)
        if one.int % PARTITIONS == part
    )
    if removed:
        log.warning("part %s: %s files of deleted reports removed", part, removed)
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
    """Give each file with the id of its report; what is named otherwise is not ours."""
    for name in files:
        try:
            yield name, uuid.UUID(PurePosixPath(name).stem)
        except ValueError:
            log.warning("%s among the files of reports is none of ours", name)
