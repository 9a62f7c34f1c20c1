"""`manage.py pause queue research --reason "Search provider is down"`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.dispatch import pauses
from jobs.models import Organization
from jobs.models.pauses import PauseScope


class Command(BaseCommand):
    """Pauses a queue, a job type or an organization."""

    help = (
        "Start no more jobs of a queue, a job type or an organization, or on a worker. "
        "Running jobs go on. Undo it with `manage.py resume`."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        add_target(parser)
        parser.add_argument("--reason", default="", help="shown to everyone whose jobs wait")
        parser.add_argument("--actor", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Pause it."""
        scope, value = read_target(options)
        made = pauses.pause(scope, value, actor=options["actor"], reason=options["reason"])
        self.stdout.write(f"The {made.scope} {options['name']} is paused.")


def add_target(parser: CommandParser) -> None:
    """Declare the arguments that name what to pause or resume."""
    parser.add_argument("scope", choices=[scope.value for scope in PauseScope])
    parser.add_argument(
        "name", help="name of the queue, job type or worker, or slug of the organization"
    )


def read_target(options: dict[str, Any]) -> tuple[PauseScope, str]:
    """Return the scope and value that the arguments name. Raises `CommandError`."""
    scope, name = PauseScope(options["scope"]), options["name"]
    if scope != PauseScope.ORGANIZATION:
        return scope, name
    found = Organization.objects.filter(slug=name).first()
    if found is None:
        raise CommandError(f"There is no organization with the slug {name}.")
    return scope, str(found.pk)
