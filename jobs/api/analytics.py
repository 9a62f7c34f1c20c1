"""REST views of analytics: the organization's jobs by day, type, model, user and label."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import TypeAdapter, ValidationError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api import caller
from jobs.api.base_view import EndpointMixin
from jobs.api.filters import FILTERS, filter_jobs
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
    """The jobs submitted on one day."""

    day = serializers.DateField()
    jobs = serializers.IntegerField()
    users = serializers.IntegerField()


class GroupSerializer(serializers.Serializer[Any]):
    """The jobs of one group."""

    name = serializers.CharField(allow_blank=True)
    jobs = serializers.IntegerField()
    users = serializers.IntegerField()
    success_rate = serializers.FloatField(allow_null=True)
    p50_seconds = serializers.FloatField(allow_null=True)
    p95_seconds = serializers.FloatField(allow_null=True)
    prompt_tokens = serializers.IntegerField()
    completion_tokens = serializers.IntegerField()
    cost_usd = serializers.FloatField()


class AnalyticsView(EndpointMixin, APIView):
    """The organization's jobs, selected by the filters of the job list."""

    actions_with_query = frozenset({"get"})

    def jobs(self, request: Request) -> QuerySet[Job]:
        return filter_jobs(Job.objects.of(caller.organization(request)), request.query_params)


class DaysView(AnalyticsView):
    """Jobs per day."""

    @extend_schema(parameters=FILTERS, responses={200: DaySerializer(many=True)})
    def get(self, request: Request) -> Response:
        """Count jobs and users per day (UTC)."""
        return Response(DaySerializer(analytics.days(self.jobs(request)), many=True).data)


class GroupsView(AnalyticsView):
    """Jobs per group."""

    @extend_schema(parameters=[BY, *FILTERS], responses={200: GroupSerializer(many=True)})
    def get(self, request: Request, by: str) -> Response:
        """Group jobs by `type`, `model`, `user` or `label.NAME`, and summarize each group."""
        groups = analytics.groups(self.jobs(request), _parse_group(by))
        return Response(GroupSerializer(groups, many=True).data)


def _parse_group(by: str) -> Any:
    """Return the expression to group by; raises `NotFound` for an unknown one."""
    prefix, _, name = by.partition(".")
    if prefix == "label" and _is_label(name):
        return analytics.label(name)
    if by not in analytics.GROUPINGS:
        raise NotFound(f"Jobs cannot be grouped by {by!r}. Use type, model, user or label.NAME.")
    return analytics.GROUPINGS[by]


def _is_label(name: str) -> bool:
    try:
        TypeAdapter(LabelName).validate_python(name)
    except ValidationError:
        return False
    return True
