"""Analytics over REST: the caller's organization, by day, type, model, user and label."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import TypeAdapter, ValidationError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api import caller
from jobs.api.base_view import Endpoint
from jobs.api.filters import FILTERS, narrowed
from jobs.api.request_bodies import LabelName
from jobs.errors import NotFound
from jobs.models import Job
from jobs.monitoring import analytics

BY = OpenApiParameter(
    "by",
    {"type": "string", "pattern": r"^(type|model|user|label\.[A-Za-z0-9._-]{1,63})$"},
    OpenApiParameter.PATH,
)


class DaySerializer(serializers.Serializer[Any]):
    """What was submitted on one day."""

    day = serializers.DateField()
    jobs = serializers.IntegerField()
    users = serializers.IntegerField()


class GroupSerializer(serializers.Serializer[Any]):
    """Jobs that have something in common."""

    name = serializers.CharField(allow_blank=True)
    jobs = serializers.IntegerField()
    users = serializers.IntegerField()
    success_rate = serializers.FloatField(allow_null=True)
    p50_seconds = serializers.FloatField(allow_null=True)
    p95_seconds = serializers.FloatField(allow_null=True)
    prompt_tokens = serializers.IntegerField()
    completion_tokens = serializers.IntegerField()
    cost_usd = serializers.FloatField()


class AnalyticsView(Endpoint, APIView):
    """What an organization does with its jobs; the filters of a list narrow it down."""

    reads_query = frozenset({"get"})

    def jobs(self, request: Request) -> QuerySet[Job]:
        """Give the tenant's jobs that the filters leave."""
        return narrowed(Job.objects.of(caller.organization(request)), request.query_params)


class Days(AnalyticsView):
    """Day by day."""

    @extend_schema(parameters=FILTERS, responses={200: DaySerializer(many=True)})
    def get(self, request: Request) -> Response:
        """Count jobs and users a day, in UTC."""
        return Response(DaySerializer(analytics.days(self.jobs(request)), many=True).data)


class Groups(AnalyticsView):
    """By something that jobs have in common."""

    @extend_schema(parameters=[BY, *FILTERS], responses={200: GroupSerializer(many=True)})
    def get(self, request: Request, by: str) -> Response:
        """Group jobs by `type`, `model`, `user` or `label.NAME`."""
        found = analytics.groups(self.jobs(request), _expression(by))
        return Response(GroupSerializer(found, many=True).data)


def _expression(by: str) -> Any:
    prefix, _, name = by.partition(".")
    if prefix == "label" and _is_label(name):
        return analytics.label(name)
    if by not in analytics.WHAT:
        raise NotFound(f"Jobs cannot be grouped by {by!r}. Use type, model, user or label.NAME.")
    return analytics.WHAT[by]


def _is_label(name: str) -> bool:
    try:
        TypeAdapter(LabelName).validate_python(name)
    except ValidationError:
        return False
    return True
