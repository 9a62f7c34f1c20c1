"""Every view of the API in a transaction of its tenant, by the settings and not by each view.

The middleware wraps the views; the permission that lets a caller in narrows what the rest of the
request sees. Authentication comes before that and sees what it must.
"""

import uuid
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import ContextVar
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from jobs.api import problems
from jobs.tenancy.rls import as_tenant

View = Callable[..., HttpResponseBase]


class Scope(ExitStack):
    """What ends with a request; once it is narrowed, its tenant's transaction."""

    narrowed = False


_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)
"""Of the request that this thread answers."""


class IsolationMiddleware(MiddlewareMixin):
    """Isolates the views of the API; asynchronous ones do it themselves where they read."""

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Answer for a view of the API, isolated; leave every other alone."""
        if not hasattr(view, "cls") or iscoroutinefunction(view):
            return None
        return isolated(view)(request, *args, **kwargs)


def isolated(view: View) -> View:
    """Run a view so that `narrow` can end what its request sees; a refusal leaves nothing stored.

    The whole answer is made within the transaction. What was given to `transaction.on_commit`,
    such as publishing a job's message, runs before this returns, outside the tenant's role.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with Scope() as scope:
                before = _scope.set(scope)
                try:
                    response = _rendered(view(request, *args, **kwargs))
                    if scope.narrowed and response.status_code >= 400:
                        transaction.set_rollback(True)
                    return response
                finally:
                    _scope.reset(before)
        except (OperationalError, InterfaceError) as error:  # of the commit
            return problems.database_away(error)

    return answer


def narrow(organization_id: uuid.UUID) -> None:
    """Show the rest of this request nothing but the tenant's rows."""
    scope = _scope.get()
    if scope is None:
        raise RuntimeError("This view is not isolated: see IsolationMiddleware and `isolated`.")
    scope.enter_context(as_tenant(organization_id))
    scope.narrowed = True


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    render = getattr(response, "render", None)
    if render is not None:
        render()
    return response
