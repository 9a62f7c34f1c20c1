"""What a caller may do: read or write, in the organization it acts for."""

from typing import TYPE_CHECKING

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from jobs.api import caller, tenant_transaction

if TYPE_CHECKING:
    # rest_framework.views imports this module, as the default permission of the settings
    from rest_framework.views import APIView


class Member(BasePermission):
    """A member of an organization, with a key of the right scope where it comes with a key."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Check the scope, and from here on show the request its tenant's rows alone.

        Raises `PermissionDenied`, which names the scope that is lacking.
        A view that is for administrators says so by an attribute `scope`.
        """
        if not request.user.is_authenticated:
            return False
        organization = caller.organization(request)
        granted = caller.scopes(request)
        usual = "jobs:read" if request.method in SAFE_METHODS else "jobs:write"
        needed = getattr(view, "scope", usual)
        if granted is not None and not granted & {needed, "admin"}:
            raise PermissionDenied(f"This API key lacks the scope {needed}.")
        tenant_transaction.narrow(organization.pk)
        return True
