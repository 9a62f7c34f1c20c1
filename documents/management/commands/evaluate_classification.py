"""`manage.py evaluate_classification`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.classification.comparison import chosen, compared
from documents.classification.evaluation import DEFAULT_CATEGORY_TEXTS
from jobs.errors import ConveyorError


class Command(BaseCommand):
    """Measure a classifier on labelled texts, and print Markdown."""

    help = "Measures a classifier on a folder of <category>/<name>.txt, or on several in a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a folder other than the default one, a model, and own categories."""
        parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_CATEGORY_TEXTS)
        parser.add_argument("--model", default="builtin", help="Name of a model in AI_MODELS.")
        parser.add_argument(
            "--categories", type=Path, help="JSON: [{name, description}, ...], own categories."
        )

    def handle(
        self, *args: Any, folder: Path, model: str, categories: Path | None, **options: Any
    ) -> None:
        """Evaluate and print."""
        try:
            self.stdout.write(compared(folder, chosen(model, categories)))
        except (ConveyorError, OSError, ValueError) as error:
            raise CommandError(str(error)) from None
