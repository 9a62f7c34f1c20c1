"""`manage.py evaluate_classification`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.classification.comparison import choose_classifier, measure
from documents.classification.evaluation import DEFAULT_CATEGORY_TEXTS
from jobs.errors import ConveyorError


class Command(BaseCommand):
    """Measures a classifier on labelled texts and prints the results as Markdown."""

    help = "Measure a classifier on folders of <category>/<name>.txt and print Markdown."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_CATEGORY_TEXTS)
        parser.add_argument("--model", default="builtin", help="Name of a model in AI_MODELS.")
        parser.add_argument(
            "--categories",
            type=Path,
            help="JSON file of custom categories: [{name, description}, ...].",
        )

    def handle(
        self, *args: Any, folder: Path, model: str, categories: Path | None, **options: Any
    ) -> None:
        try:
            self.stdout.write(measure(folder, choose_classifier(model, categories)))
        except (ConveyorError, OSError, ValueError) as error:
            raise CommandError(str(error)) from None
