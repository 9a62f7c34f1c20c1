"""Repeated authentication: whether the credential of an open stream is still valid."""

import copy
import uuid

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api import caller
from jobs.api.tenant_transaction import in_tenant_transaction

CACHED_USER_ATTRIBUTES = ("_cached_user", "_acached_user")
"""Where Django caches the user on a request."""


class CredentialProbe(APIView):
    """Returns the caller's organization. Does not count toward the rate limit."""

    def get(self, request: Request) -> Response:
        return Response({"organization": str(caller.organization(request).pk)})


def is_still_valid(request: HttpRequest, organization_id: uuid.UUID) -> bool:
    """Authenticate a request again; also true while the database is unavailable.

    False after a key or token was revoked or has expired, a session ended, or the user was disabled
    or left the organization.
    """
    copied = copy.copy(request)
    for name in CACHED_USER_ATTRIBUTES:
        vars(copied).pop(name, None)
    SessionMiddleware(_never_called).process_request(copied)
    AuthenticationMiddleware(_never_called).process_request(copied)
    response = in_tenant_transaction(CredentialProbe.as_view())(copied)
    if response.status_code == 200:
        return bool(getattr(response, "data")["organization"] == str(organization_id))  # noqa: B009
    return response.status_code not in (401, 403)


def _never_called(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError  # a middleware requires a get_response
