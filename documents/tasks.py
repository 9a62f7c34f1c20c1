"""Maintenance of the documents, as Celery tasks for beat."""

from dataclasses import asdict

from celery import shared_task
from django.db import close_old_connections

from documents import orphan_cleanup


@shared_task(name="documents.sweep")
def sweep() -> dict[str, int]:
    """Sweep the part of the file store whose turn it is."""
    close_old_connections()  # one that broke would fail every later task of this process
    return asdict(orphan_cleanup.sweep(orphan_cleanup.part_now()))
