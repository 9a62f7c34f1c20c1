"""Whom a token means: the user and the organization here, the user made when first seen."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from jobs.api.jwt import Claims
from jobs.models.tenants import Identity, Membership, Organization

LONGEST_NAME = 120
"""Characters of a subject that become a user's name."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """The credential of a request that came with a valid token."""

    claims: Claims
    organization: Organization


def admit(claims: Claims) -> tuple[AbstractBaseUser, Token]:
    """Give the user and the credential of a valid token.

    The provider decides who belongs to an organization; which there are, operators decide. Raises
    `PermissionDenied` for one that is not known, `AuthenticationFailed` for a user put out of use.
    """
    organization = Organization.objects.filter(slug=claims.organization).first()
    if organization is None:
        raise PermissionDenied(
            f"The organization {claims.organization!r} does not exist. Ask an operator to add it."
        )
    user = _user(claims)
    if not user.is_active:
        raise AuthenticationFailed("This user account is disabled.")
    Membership.objects.get_or_create(user_id=user.pk, organization=organization)
    return user, Token(claims=claims, organization=organization)


def _user(claims: Claims) -> AbstractBaseUser:
    known = Identity.objects.select_related("user").filter(
        issuer=claims.issuer, subject=claims.subject
    )
    found = known.first()
    if found is None:
        try:
            found = _first_seen(claims)
        except IntegrityError:
            found = known.get()  # a request at the same time was first
    user: AbstractBaseUser = found.user
    return user


@transaction.atomic
def _first_seen(claims: Claims) -> Identity:
    users: Any = get_user_model().objects
    name = claims.subject[:LONGEST_NAME]
    if users.filter(username=name).exists():  # somebody else, who only has the same name
        name = f"{name}-{secrets.token_hex(4)}"
    user = users.create_user(name)  # without a password: its login is the provider's
    return Identity.objects.create(user=user, issuer=claims.issuer, subject=claims.subject)
