"""Uploads into an object store that a crash cut off: nobody sees their parts, but somebody pays."""

import logging
from datetime import timedelta

from django.core.files.storage import Storage
from django.utils import timezone

from jobs.errors import TransientError

log = logging.getLogger(__name__)


def abort(storage: Storage, folder: str, age: timedelta) -> int:
    """End the uploads below a folder that began so long ago, and give their number.

    A storage without `abort_uploads(folder, before)`, a folder say, knows no such uploads.
    """
    of_storage = getattr(storage, "abort_uploads", None)
    try:
        aborted: int = of_storage(folder, timezone.now() - age) if of_storage else 0
    except TransientError:  # a bucket may forbid this alone, and its files are swept all the same
        log.exception("uploads below %s that were cut off stay behind", folder)
        return 0
    if aborted:
        log.warning("%s uploads below %s were never finished, and are aborted", aborted, folder)
    return aborted
