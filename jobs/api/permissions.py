"""Authorization: read or write access within the caller's organization."""

from typing import TYPE_CHECKING

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from jobs.api import caller, tenant_transaction

if TYPE_CHECKING:
    # rest_framework.views imports this module, as the default permission of the settings
    from rest_framework.views import APIView


class IsMember(BasePermission):
    """Allows members of an organization; an API key also needs the view's scope."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Check the scope, and restrict the rest of the request to its tenant's rows.

        A view with an attribute `scope` requires that scope, for example `admin`. Raises
        `PermissionDenied`, which names the missing scope.
        """
        if not request.user.is_authenticated:
            return False
        organization = caller.organization(request)
        granted = caller.scopes(request)
        default = "jobs:read" if request.method in SAFE_METHODS else "jobs:write"
        required = getattr(view, "scope", default)
        if granted is not None and not granted & {required, "admin"}:
            raise PermissionDenied(f"This API key lacks the scope {required}.")
        tenant_transaction.enter_tenant(organization.pk)
        return True


def require_operator(request: Request, detail: str) -> None:
    """Raise `PermissionDenied` with this message unless the user is an operator (staff)."""
    if not getattr(request.user, "is_staff", False):
        raise PermissionDenied(detail)
