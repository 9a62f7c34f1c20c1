"""`manage.py resume queue research`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.dispatch import pauses
from jobs.errors import NotFound
from jobs.management.commands.pause import add_target, read_target


class Command(BaseCommand):
    """Resumes a queue, a job type or an organization."""

    help = "Start the jobs of a queue, a job type or an organization again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        add_target(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Resume it."""
        scope, value = read_target(options)
        try:
            pauses.resume(scope, value)
        except NotFound as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"The {scope} {options['name']} is no longer paused.")
