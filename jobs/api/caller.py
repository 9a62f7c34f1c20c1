"""The caller of a request: user, organization and scopes."""

from django.contrib.auth.models import AbstractBaseUser
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from jobs.api.identities import TokenCredential
from jobs.models.tenants import ApiKey, Organization, organization_of


def user(request: Request) -> AbstractBaseUser:
    """Return the authenticated user; raises `NotAuthenticated`."""
    if not request.user.is_authenticated:
        raise NotAuthenticated
    return request.user


def organization(request: Request) -> Organization:
    """Return the organization of the key or token, or the first one of a session's user.

    Raises `PermissionDenied` for a user without an organization.
    """
    if isinstance(request.auth, ApiKey | TokenCredential):
        return request.auth.organization
    cache = vars(request)  # the permission and the view both need the organization
    if "_organization" not in cache:
        cache["_organization"] = organization_of(user(request))
    found: Organization | None = cache["_organization"]
    if found is None:
        raise PermissionDenied(
            "You are not a member of any organization. Ask an operator to add you."
        )
    return found


def scopes(request: Request) -> frozenset[str] | None:
    """Return the scopes of the caller's API key, or `None` for a person, who has all of them."""
    return frozenset(request.auth.scopes) if isinstance(request.auth, ApiKey) else None
