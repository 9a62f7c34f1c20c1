"""From a token's claims to our user and organization; a user is created at the first request."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from jobs.api.jwt import Claims
from jobs.models.tenants import Identity, Membership, Organization

MAX_USERNAME_CHARACTERS = 120
"""A longer subject is cut to this for the user name."""


@dataclass(frozen=True, kw_only=True)
class TokenCredential:
    """The credential of a request with a valid token."""

    claims: Claims
    organization: Organization


def authenticate(claims: Claims) -> tuple[AbstractBaseUser, TokenCredential]:
    """Return the user and the credential of a valid token, and make the user a member.

    The provider decides who belongs to an organization; operators create the organizations. Raises
    `PermissionDenied` for an unknown organization, `AuthenticationFailed` for a disabled user.
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
    return user, TokenCredential(claims=claims, organization=organization)


def _user(claims: Claims) -> AbstractBaseUser:
    identities = Identity.objects.select_related("user").filter(
        issuer=claims.issuer, subject=claims.subject
    )
    identity = identities.first()
    if identity is None:
        try:
            identity = _create_identity(claims)
        except IntegrityError:
            identity = identities.get()  # a concurrent request created it
    user: AbstractBaseUser = identity.user
    return user


@transaction.atomic
def _create_identity(claims: Claims) -> Identity:
    users: Any = get_user_model().objects
    name = claims.subject[:MAX_USERNAME_CHARACTERS]
    if users.filter(username=name).exists():  # a different user with the same name
        name = f"{name}-{secrets.token_hex(4)}"
    user = users.create_user(name)  # without a password: the user logs in with the provider
    return Identity.objects.create(user=user, issuer=claims.issuer, subject=claims.subject)
