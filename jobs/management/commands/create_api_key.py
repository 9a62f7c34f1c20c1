"""`manage.py create_api_key USERNAME`: creates an API key, and prints only the key."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.models.tenants import DEFAULT_SCOPES, SCOPES, create_api_key, organization_of


class Command(BaseCommand):
    """Creates an API key for a user."""

    help = "Create an API key for a user, and print it. Save it: the server stores only a hash."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="command line")
        parser.add_argument("--scopes", nargs="+", choices=SCOPES, default=list(DEFAULT_SCOPES))

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"]
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user {name}. `manage.py createsuperuser` creates one.")
        organization = organization_of(user)
        if organization is None:
            raise CommandError(f"{name} is in no organization. Add a membership in the admin.")
        _, secret = create_api_key(
            user, organization, name=options["name"], scopes=tuple(options["scopes"])
        )
        self.stdout.write(secret)
