"""Dead letters over REST: groups of failed jobs, retried or dismissed as one."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api import caller
from jobs.api.base_view import EndpointMixin
from jobs.api.idempotency import idempotent
from jobs.api.serializers import RetriedSerializer
from jobs.errors import NotFound
from jobs.monitoring import dead_letters
from jobs.submission.control import MAX_RETRIED_JOBS, retry_jobs


class FailureGroupSerializer(serializers.Serializer[Any]):
    """Failed jobs of one type, error code and message."""

    id = serializers.CharField(source="fingerprint")
    type = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField(help_text="With `<id>` and `<n>` for what differs.")
    count = serializers.IntegerField()
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    latest_job = serializers.UUIDField()


class DismissedSerializer(serializers.Serializer[dict[str, bool]]):
    """The group is no longer listed."""

    dismissed = serializers.BooleanField()


class FailureList(EndpointMixin, APIView):
    """Groups of failed jobs."""

    @extend_schema(responses={200: FailureGroupSerializer(many=True)})
    def get(self, request: Request) -> Response:
        """List failed jobs in groups of one type, error code and message, at most 100.

        Dismissed groups are left out until another of their jobs fails.
        """
        groups = dead_letters.group_failures(caller.organization(request))
        return Response(FailureGroupSerializer(groups, many=True).data)


class FailureRetry(EndpointMixin, APIView):
    """Retries a group."""

    @extend_schema(request=None, responses={200: RetriedSerializer})
    @idempotent()
    def post(self, request: Request, fingerprint: str) -> Response:
        """Retry the jobs of a group, oldest first, at most 500. `left` says how many remain."""
        jobs = dead_letters.jobs_of_group(caller.organization(request), fingerprint)
        chosen = list(jobs[:MAX_RETRIED_JOBS])
        if not chosen:
            raise NotFound(f"There is no group of failures {fingerprint}.")
        retried = retry_jobs(chosen, actor=caller.user(request).get_username())
        return Response({"retried": retried, "left": jobs.count()})


class FailureDismissal(EndpointMixin, APIView):
    """Dismisses a group."""

    @extend_schema(request=None, responses={200: DismissedSerializer})
    @idempotent()
    def post(self, request: Request, fingerprint: str) -> Response:
        """Stop listing a group of failures until another of its jobs fails."""
        organization = caller.organization(request)
        if not dead_letters.jobs_of_group(organization, fingerprint).exists():
            raise NotFound(f"There is no group of failures {fingerprint}.")
        actor = caller.user(request).get_username()
        dead_letters.dismiss_group(organization, fingerprint, actor=actor)
        return Response({"dismissed": True})
