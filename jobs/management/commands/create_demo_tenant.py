"""`manage.py create_demo_tenant`: creates an organization, two users and an API key."""

import json
import os
import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from jobs.models.tenants import SCOPES, ApiKey, Membership, Organization, create_api_key

NAME = "demo"
TEAMMATE = "teammate"


class Command(BaseCommand):
    """Safe to repeat: existing rows stay. Uses `DEMO_PASSWORD` and `DEMO_API_KEY` if set."""

    help = "Create the organization, an operator, a teammate and the API key of a demo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one line of JSON")
        parser.add_argument("--migrate", action="store_true", help="apply migrations first")

    def handle(self, *_: Any, **options: Any) -> None:
        """Create what is missing, and print how to log in."""
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=0)
        login = self._create()
        lines = [json.dumps(login)] if options["json"] else [f"{k}: {v}" for k, v in login.items()]
        self.stdout.write("\n".join(lines))

    @transaction.atomic
    def _create(self) -> dict[str, str]:
        organization, _ = Organization.objects.get_or_create(slug=NAME, defaults={"name": "Demo"})
        wanted = os.environ.get("DEMO_PASSWORD", "")
        user, password = _get_or_create_user(NAME, wanted, operator=True)
        teammate, _ = _get_or_create_user(TEAMMATE, password)
        for member in (user, teammate):
            Membership.objects.get_or_create(user=member, organization=organization)
        secret = os.environ.get("DEMO_API_KEY", "")
        if ApiKey.objects.by_secret(secret) is None:
            secret = create_api_key(user, organization, name=NAME, scopes=SCOPES)[1]
        return {"username": user.get_username(), "password": password, "api_key": secret}


def _get_or_create_user(
    name: str, requested_password: str, *, operator: bool = False
) -> tuple[Any, str]:
    """Return a user and its password, or "" if the user existed and no password is requested."""
    users = get_user_model().objects
    user, is_new = users.get_or_create(
        username=name, defaults={"is_staff": operator, "is_superuser": operator}
    )
    password = requested_password or (secrets.token_urlsafe(9) if is_new else "")
    if password and not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user, password
