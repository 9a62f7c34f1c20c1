"""Removes files that no document names, and reports documents whose file is gone."""

from typing import Any

from django.core.management.base import BaseCommand

from documents.orphan_cleanup import PARTS, Swept, sweep


class Command(BaseCommand):
    """Sweeps the whole store at once; beat does so in a day."""

    help = "Remove files that no document names, and report documents whose file is gone."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep every part."""
        found = sum((sweep(part) for part in range(PARTS)), Swept())
        self.stdout.write(f"{found.removed} files removed, {found.missing} documents without file")
