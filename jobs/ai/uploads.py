"""Aborts incomplete uploads to an object store: their parts are invisible but cost money."""

import logging
from datetime import timedelta

from django.core.files.storage import Storage
from django.utils import timezone

from jobs.errors import TransientError

log = logging.getLogger(__name__)


def abort(storage: Storage, folder: str, age: timedelta) -> int:
    """Abort the uploads below a folder that began more than `age` ago, and return their number.

    A storage without `abort_uploads(folder, before)`, such as a local folder, has no such uploads.
    """
    abort_uploads = getattr(storage, "abort_uploads", None)
    try:
        aborted: int = abort_uploads(folder, timezone.now() - age) if abort_uploads else 0
    except TransientError:  # a bucket may forbid only this; the clean-up of its files continues
        log.exception(
            "incomplete uploads below %s could not be aborted",
            folder,
        )
        return 0
    if aborted:
        log.warning("aborted %s incomplete uploads below %s", aborted, folder)
    return aborted
