"""`/metrics`: what Prometheus reads, for who runs the installation and no tenant."""

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
from jobs.api.authentication import ApiKeyAuthentication, Bearer
from jobs.api.base_view import AnyAccept
from jobs.monitoring.prometheus import MEDIA_TYPE, recent


class Scraper:
    """Who brings METRICS_TOKEN: a program that is nobody's."""


class ScraperAuthentication(Bearer):
    """The token of METRICS_TOKEN."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Scraper] | None:
        """Let the token in; leave every other credential to who knows it."""
        secret, token = self.secret(request), settings.METRICS_TOKEN
        if not token or secret is None or not hmac.compare_digest(secret.encode(), token.encode()):
            return None
        return AnonymousUser(), Scraper()


class Operator(BasePermission):
    """Who runs the installation. The figures are of all tenants, so a tenant's `admin` is none."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Check that it is the token, or a user of the staff, whose key has the scope `admin`."""
        if isinstance(request.auth, Scraper):
            return True
        if not request.user.is_authenticated:
            return False
        if not getattr(request.user, "is_staff", False):
            raise PermissionDenied("Metrics are for operators. Use METRICS_TOKEN, or a staff user.")
        granted = caller.scopes(request)
        if granted is not None and "admin" not in granted:
            raise PermissionDenied("This API key lacks the scope admin.")
        return True


class Metrics(AnyAccept, APIView):
    """The metrics, in Prometheus' text format; scrapers ask for several."""

    authentication_classes = (ScraperAuthentication, ApiKeyAuthentication, SessionAuthentication)
    permission_classes = (Operator,)
    schema = None  # beside the API that is described

    def get(self, request: Request) -> HttpResponse:
        """Give them as of a moment ago."""
        return HttpResponse(recent.get(), content_type=MEDIA_TYPE)
