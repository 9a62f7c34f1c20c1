"""Three people: the owner of jobs, a teammate, and a stranger, who must not see anything."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from jobs import testing
from jobs.models import Job
from jobs.models.tenants import Membership, Organization, create_api_key


@dataclass(frozen=True, kw_only=True)
class Person:
    """A user, the organization, and an API client that acts for them."""

    user: User
    organization: Organization
    client: APIClient


def make_person(name: str, organization: Organization, **user: Any) -> Person:
    """Make a member of an organization, with an API key in the client's hands."""
    made = User.objects.create_user(name, password=name, **user)
    Membership.objects.create(user=made, organization=organization)
    _, secret = create_api_key(made, organization, name="test")
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return Person(user=made, organization=organization, client=client)


@pytest.fixture
def organization(db: None) -> Organization:
    """Give the organization of owner and teammate."""
    return Organization.objects.create(name="Acme", slug="acme")


@pytest.fixture
def owner(organization: Organization) -> Person:
    """Give the person whose jobs the tests are about."""
    return make_person("olga", organization)


@pytest.fixture
def teammate(organization: Organization) -> Person:
    """Give another member of the same organization."""
    return make_person("tariq", organization)


@pytest.fixture
def stranger(db: None) -> Person:
    """Give a member of another organization."""
    return make_person("sten", Organization.objects.create(name="Other", slug="other"))


@pytest.fixture
def make_job(owner: Person) -> Callable[..., Job]:
    """Give a function that stores a pending job of the owner's."""

    def make(type: str = "echo", **input: object) -> Job:
        return testing.make(type, input, owner=owner.user, organization=owner.organization)

    return make
