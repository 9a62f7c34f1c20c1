"""Whether the credential of a request, that was let in before, would still be let in now."""

import copy
import uuid

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api import caller
from jobs.api.tenant_transaction import isolated

FOUND_THEN = ("_cached_user", "_acached_user")
"""What Django notes on a request once it has looked its user up."""


class Door(APIView):
    """Lets in whom every other view lets in, and says for which organization. Not counted."""

    def get(self, request: Request) -> Response:
        """Answer whoever comes this far."""
        return Response({"organization": str(caller.organization(request).pk)})


def hold(request: HttpRequest, organization_id: uuid.UUID) -> bool:
    """Ask again with what the request came with; a database that is away refuses nobody.

    Not so once a key or token was revoked or has expired, a session was logged out, or the user was
    put out of use or has left the organization.
    """
    again = copy.copy(request)
    for name in FOUND_THEN:
        vars(again).pop(name, None)
    SessionMiddleware(_nobody).process_request(again)
    AuthenticationMiddleware(_nobody).process_request(again)
    answer = isolated(Door.as_view())(again)
    if answer.status_code == 200:
        return bool(getattr(answer, "data")["organization"] == str(organization_id))  # noqa: B009
    return answer.status_code not in (401, 403)


def _nobody(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError  # a middleware wants one, and nothing is asked of it
