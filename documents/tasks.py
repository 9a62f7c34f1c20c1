"""Celery tasks of documents, scheduled by beat."""

from dataclasses import asdict

from celery import shared_task
from django.db import close_old_connections

from documents import orphan_cleanup


@shared_task(name="documents.sweep")
def sweep() -> dict[str, int]:
    """Clean up the current partition of the file store."""
    close_old_connections()  # a broken connection would fail every later task of this process
    return asdict(orphan_cleanup.clean_up(orphan_cleanup.current_partition()))
