"""The default organization of a user, which the process remembers between submissions.

A submission then needs no statement to read it. Instead, the statement that stores a job verifies
it: the user must still have joined that organization first, and its row must be unchanged.
"""

import copy
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from jobs.models.tenants import Organization, RememberedFor, organization_of

MAX_USERS = 10_000

_remembered: dict[Any, Organization] = {}


def recall(user: AbstractBaseUser) -> Organization | None:
    """Return what is remembered, or `None`. A submission for it can raise `OrganizationChanged`."""
    found = _remembered.get(user.pk)
    return None if found is None else copy.copy(found)  # the caller may change it


def read(user: AbstractBaseUser) -> Organization | None:
    """Read the default organization, and remember it; `None` if the user has none."""
    organization = organization_of(user)
    _remembered.pop(user.pk, None)
    if organization is not None:
        if len(_remembered) >= MAX_USERS:
            _remembered.clear()
        kept = _remembered[user.pk] = copy.copy(organization)
        kept.remembered_for = RememberedFor(user_id=user.pk, version=organization.version)
    return organization
