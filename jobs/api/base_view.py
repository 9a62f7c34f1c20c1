"""The base of the API's views: rate limit, and rejection of unknown query parameters."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from rest_framework.request import Request

from jobs.api import caller
from jobs.api.pagination import PAGE_PARAMETERS
from jobs.api.request_bodies import EmptyQuery, validate_query
from jobs.errors import TooManyRequests
from jobs.redis import rate_limit
from jobs.redis.rate_limit import RateLimitState

if TYPE_CHECKING:
    from rest_framework.views import APIView
else:
    APIView = object


NO_STORE = {"Cache-Control": "no-store"}
"""For a response that contains a secret."""


class AnyAcceptMixin(APIView):
    """For views with one format: they ignore the `Accept` header. Put it before DRF's class."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


class EndpointMixin(APIView):
    """The common behaviour of API views. Put it before DRF's class among the bases."""

    rate_limit_state: RateLimitState | None = None
    actions_with_query: frozenset[str] = frozenset()
    """Actions, or methods of a plain view, that validate their query; others accept none."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authorize the caller, enforce the rate limit, and check the query parameters."""
        super().initial(request, *args, **kwargs)
        self.rate_limit_state = state = rate_limit.count(
            f"{caller.organization(request).pk}:{caller.user(request).pk}",
            quota=settings.RATE_LIMIT,
            window=settings.RATE_LIMIT_WINDOW,
        )
        if state is not None and state.is_exceeded:
            raise TooManyRequests(state.quota, state.window, state.reset)
        self._reject_unknown_parameters(request)

    def _reject_unknown_parameters(self, request: Request) -> None:
        if not hasattr(self, str(request.method).lower()):
            return  # the response will be a 405
        method = "get" if request.method == "HEAD" else str(request.method).lower()
        action = getattr(self, "action", None) or method
        if action not in self.actions_with_query:
            is_paged = action == "list" and getattr(self, "pagination_class", None) is not None
            known = PAGE_PARAMETERS if is_paged else frozenset()
            validate_query(EmptyQuery, request.query_params, ignore=known)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the rate limit headers."""
        final = super().finalize_response(request, response, *args, **kwargs)
        state = self.rate_limit_state
        for name, value in (state.headers if state else {}).items():
            final[name] = value
        return final
