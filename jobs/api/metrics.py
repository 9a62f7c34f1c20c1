"""`/metrics`: the metrics for Prometheus, for operators and not for tenants."""

import hmac

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from jobs.api import caller
from jobs.api.authentication import ApiKeyAuthentication, BearerAuthentication
from jobs.api.base_view import AnyAcceptMixin
from jobs.monitoring.prometheus import MEDIA_TYPE, recent


class MetricsClient:
    """The credential of a request with METRICS_TOKEN. It belongs to no user."""


class MetricsTokenAuthentication(BearerAuthentication):
    """Authenticates by METRICS_TOKEN."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, MetricsClient] | None:
        """Accept METRICS_TOKEN; leave other credentials to the next authentication class."""
        secret, token = self.secret(request), settings.METRICS_TOKEN
        if not token or secret is None or not hmac.compare_digest(secret.encode(), token.encode()):
            return None
        return AnonymousUser(), MetricsClient()


class IsOperator(BasePermission):
    """Allows operators. The metrics cover all tenants, so a tenant's `admin` is not enough."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Allow METRICS_TOKEN, and staff users by session or by a key with the scope `admin`."""
        if isinstance(request.auth, MetricsClient):
            return True
        if not request.user.is_authenticated:
            return False
        if not getattr(request.user, "is_staff", False):
            raise PermissionDenied(
                "MetricsView are for operators. Use METRICS_TOKEN, or a staff user."
            )
        granted = caller.scopes(request)
        if granted is not None and "admin" not in granted:
            raise PermissionDenied("This API key lacks the scope admin.")
        return True


class MetricsView(AnyAcceptMixin, APIView):
    """The metrics in Prometheus' text format, whatever the `Accept` header."""

    authentication_classes = (
        MetricsTokenAuthentication,
        ApiKeyAuthentication,
        SessionAuthentication,
    )
    permission_classes = (IsOperator,)
    schema = None  # not part of the OpenAPI document

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(recent.get(), content_type=MEDIA_TYPE)
