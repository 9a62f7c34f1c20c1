"""What every view of the API has in common: counted requests, and POSTs that may come twice."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from rest_framework.request import Request

from jobs.api import caller
from jobs.api.pagination import PAGE_PARAMETERS
from jobs.api.request_bodies import EmptyQuery, validated_query
from jobs.errors import TooManyRequests
from jobs.redis import rate_limit
from jobs.redis.rate_limit import Rate

if TYPE_CHECKING:
    from rest_framework.views import APIView
else:
    APIView = object


UNCACHED = {"Cache-Control": "no-store"}
"""For an answer with a secret."""


class AnyAccept(APIView):
    """Put before DRF's class of a view that has one format: who asks for others gets it as well."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Refuse no `Accept`."""
        return super().perform_content_negotiation(request, force=True)


class Endpoint(APIView):
    """Put before DRF's class among the bases of a view."""

    rate: Rate | None = None
    reads_query: frozenset[str] = frozenset()
    """Actions, or methods where there are none, that check their query; others take none."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the caller in, count the request, and look whether it came before."""
        super().initial(request, *args, **kwargs)
        self.rate = rate_limit.count(
            f"{caller.organization(request).pk}:{caller.user(request).pk}",
            quota=settings.RATE_LIMIT,
            window=settings.RATE_LIMIT_WINDOW,
        )
        if self.rate is not None and self.rate.exceeded:
            raise TooManyRequests(self.rate.quota, self.rate.window, self.rate.reset)
        self._refuse_unknown_parameters(request)

    def _refuse_unknown_parameters(self, request: Request) -> None:
        if not hasattr(self, str(request.method).lower()):
            return  # it will be answered with 405
        method = "get" if request.method == "HEAD" else str(request.method).lower()
        asked = getattr(self, "action", None) or method
        if asked not in self.reads_query:
            paged = asked == "list" and getattr(self, "pagination_class", None) is not None
            known = PAGE_PARAMETERS if paged else frozenset()
            validated_query(EmptyQuery, request.query_params, apart_from=known)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say where the caller stands."""
        final = super().finalize_response(request, response, *args, **kwargs)
        for name, value in (self.rate.headers if self.rate else {}).items():
            final[name] = value
        return final
