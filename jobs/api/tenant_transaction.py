"""The tenant's transaction around each view of the API, by middleware instead of by each view.

The middleware wraps the views. `permissions.IsMember` restricts the rest of the request to the rows
of the tenant. Authentication runs before that and reads the rows of all tenants.
"""

import uuid
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import ContextVar
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from django.db import Error as DatabaseError
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from jobs.api import problems
from jobs.models.outages import is_outage
from jobs.tenancy.rls import as_tenant

View = Callable[..., HttpResponseBase]


class RequestContext(ExitStack):
    """Ends with the request. After `enter_tenant`, it holds the tenant's transaction."""

    has_tenant = False


_context: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)
"""The context of the request that this thread processes."""


class TenantTransactionMiddleware(MiddlewareMixin):
    """Wraps the synchronous views of the API; asynchronous ones restrict their own reads."""

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Call a view of the API in the tenant's transaction; do nothing for other views."""
        if not hasattr(view, "cls") or iscoroutinefunction(view):
            return None
        return in_tenant_transaction(view)(request, *args, **kwargs)


def in_tenant_transaction(view: View) -> View:
    """Wrap a view so that it can call `enter_tenant`. An error response rolls back.

    The response is rendered within the transaction. Callbacks of `transaction.on_commit`, such as
    publishing a job's message, run before the wrapper returns, outside the tenant's role.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with RequestContext() as context:
                token = _context.set(context)
                try:
                    response = _render(view(request, *args, **kwargs))
                    if context.has_tenant and response.status_code >= 400:
                        transaction.set_rollback(True)
                    return response
                finally:
                    _context.reset(token)
        except DatabaseError as error:  # of the commit
            if not is_outage(error):
                raise
            return problems.database_unavailable(error)

    return wrapper


def enter_tenant(organization_id: uuid.UUID) -> None:
    """Restrict the rest of this request to the tenant's rows."""
    context = _context.get()
    if context is None:
        raise RuntimeError(
            "This view is not isolated: it runs without TenantTransactionMiddleware and without "
            "`in_tenant_transaction`."
        )
    context.enter_context(as_tenant(organization_id))
    context.has_tenant = True


def _render(response: HttpResponseBase) -> HttpResponseBase:
    render = getattr(response, "render", None)
    if render is not None:
        render()
    return response
