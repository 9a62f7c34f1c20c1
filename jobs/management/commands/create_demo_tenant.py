"""Makes a tenant to try things with: an organization, two users and an API key."""

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
    """Safe to run again: what is there stays. `DEMO_PASSWORD` and `DEMO_API_KEY` are kept to."""

    help = "Makes the organization, an operator, a teammate and the API key of a demo."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare `--json` and `--migrate`."""
        parser.add_argument("--json", action="store_true", help="one line for programs")
        parser.add_argument("--migrate", action="store_true", help="apply migrations first")

    def handle(self, *_: Any, **options: Any) -> None:
        """Make what is missing, and say how to get in."""
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=0)
        login = self._make()
        lines = [json.dumps(login)] if options["json"] else [f"{k}: {v}" for k, v in login.items()]
        self.stdout.write("\n".join(lines))

    @transaction.atomic
    def _make(self) -> dict[str, str]:
        organization, _made = Organization.objects.get_or_create(
            slug=NAME, defaults={"name": "Demo"}
        )
        user, password = _user(NAME, os.environ.get("DEMO_PASSWORD", ""), operator=True)
        teammate, _ = _user(TEAMMATE, password)
        for member in (user, teammate):
            Membership.objects.get_or_create(user=member, organization=organization)
        secret = os.environ.get("DEMO_API_KEY", "")
        if ApiKey.objects.by_secret(secret) is None:
            secret = create_api_key(user, organization, name=NAME, scopes=SCOPES)[1]
        return {"username": user.get_username(), "password": password, "api_key": secret}


def _user(name: str, wanted: str, *, operator: bool = False) -> tuple[Any, str]:
    """Find or make a user; give it and its password where that was set just now."""
    users = get_user_model().objects
    user, made = users.get_or_create(
        username=name, defaults={"is_staff": operator, "is_superuser": operator}
    )
    password = wanted or (secrets.token_urlsafe(9) if made else "")
    if password and not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user, password
