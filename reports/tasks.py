"""Celery tasks of reports, scheduled by beat."""

from celery import shared_task
from django.db import close_old_connections

from reports.files import orphan_cleanup


@shared_task(name="reports.sweep")
def sweep() -> int:
    """Remove the files of deleted reports for the current partition of organizations."""
    close_old_connections()  # a broken connection would fail every later task of this process
    return orphan_cleanup.clean_up(orphan_cleanup.current_partition())
