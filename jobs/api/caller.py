"""For whom a request acts."""

from django.contrib.auth.models import AbstractBaseUser
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from jobs.api.identities import Token
from jobs.models.tenants import ApiKey, Organization, organization_of


def user(request: Request) -> AbstractBaseUser:
    """Give the user; to be called where a permission has let them in."""
    if not request.user.is_authenticated:
        raise NotAuthenticated
    return request.user


def organization(request: Request) -> Organization:
    """Give the caller's organization: that of its key or token, or a session user's first."""
    if isinstance(request.auth, ApiKey | Token):
        return request.auth.organization
    known = vars(request)  # asked for by the permission, and again by the view
    if "acts_for" not in known:
        known["acts_for"] = organization_of(user(request))
    found: Organization | None = known["acts_for"]
    if found is None:
        raise PermissionDenied(
            "You are not a member of any organization. Ask an operator to add you."
        )
    return found


def scopes(request: Request) -> frozenset[str] | None:
    """Give the scopes of the caller's key; `None` for a person, who may do all that a user may."""
    return frozenset(request.auth.scopes) if isinstance(request.auth, ApiKey) else None
