"""Removes files without a document, and reports documents whose file is missing."""

from typing import Any

from django.core.management.base import BaseCommand

from documents.orphan_cleanup import PARTITIONS, CleanupResult, clean_up


class Command(BaseCommand):
    """Cleans up the whole file store at once; beat takes a day."""

    help = "Remove files without a document, and report documents whose file is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        found = sum((clean_up(part) for part in range(PARTITIONS)), CleanupResult())
        self.stdout.write(f"{found.removed} files removed, {found.missing} documents without file")
