"""`manage.py create_api_key` prints the key alone, or names the missing row."""

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from jobs.models.tenants import ApiKey
from tests.people import Person


def test_the_command_prints_the_key_alone(owner: Person) -> None:
    out = io.StringIO()
    call_command("create_api_key", "olga", "--scopes", "jobs:read", stdout=out)
    key = ApiKey.objects.by_secret(out.getvalue().strip())
    assert key is not None
    assert (key.user, key.organization, key.scopes) == (
        owner.user,
        owner.organization,
        ["jobs:read"],
    )


def test_the_error_names_a_missing_user_or_organization(db: None) -> None:
    with pytest.raises(CommandError, match=r"no user nobody.*createsuperuser"):
        call_command("create_api_key", "nobody")
    User.objects.create_user("lonely")
    with pytest.raises(CommandError, match=r"lonely is in no organization.*admin"):
        call_command("create_api_key", "lonely")
