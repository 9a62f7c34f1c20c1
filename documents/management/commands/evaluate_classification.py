"""`manage.py evaluate_classification`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.classification.evaluation import evaluate, markdown

LABELLED = Path("tests/documents/labelled")


class Command(BaseCommand):
    """Measure the built-in classifier on labelled texts, and print Markdown."""

    help = "Measures the built-in classifier on a folder of <category>/<name>.txt."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take another folder than the one of the repository."""
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / LABELLED)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Evaluate and print."""
        try:
            self.stdout.write(markdown(evaluate(folder)))
        except ValueError as error:
            raise CommandError(str(error)) from None
