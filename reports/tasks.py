"""Maintenance of the reports, as Celery tasks for beat."""

from celery import shared_task
from django.db import close_old_connections

from reports.files import orphan_cleanup


@shared_task(name="reports.sweep")
def sweep() -> int:
    """Remove what deleted reports left in the store, for the organizations whose turn it is."""
    close_old_connections()  # one that broke would fail every later task of this process
    return orphan_cleanup.clean_up(orphan_cleanup.current_partition())
