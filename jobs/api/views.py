"""Jobs over REST: fetch, call, answer."""

import math
import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from jobs import registry, submission
from jobs.api import caller
from jobs.api.endpoint import Endpoint
from jobs.api.pages import NewestFirst
from jobs.api.requests import JobFilter, SubmitRequest, validated, validated_query
from jobs.api.serializers import (
    JobEventSerializer,
    JobSerializer,
    JobStepSerializer,
    JobTypeSerializer,
)
from jobs.errors import NotFound, UnknownJobType
from jobs.models import Job
from jobs.states import State

PAGE_PARAMETERS = frozenset({NewestFirst.cursor_query_param, NewestFirst.page_size_query_param})
LIST_PARAMETERS = [
    OpenApiParameter("state", str, many=True, enum=[state.value for state in State]),
    OpenApiParameter("type", str, many=True, description="Name of a job type."),
    OpenApiParameter("created_after", OpenApiTypes.DATETIME),
    OpenApiParameter("created_before", OpenApiTypes.DATETIME),
]


def accepted(job: Job) -> Response:
    """Answer 202 with a job, where it is, and when to look again."""
    described = JobSerializer(job).data
    wait = registry.get(job.type).poll_every.total_seconds()
    headers = {"Location": described["links"]["self"], "Retry-After": str(math.ceil(wait))}
    return Response(described, status=status.HTTP_202_ACCEPTED, headers=headers)


class JobViewSet(Endpoint, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Job]):
    """The jobs of the caller's organization."""

    serializer_class = JobSerializer
    pagination_class = NewestFirst
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Job]:
        """Give the tenant's jobs; in a list, those that its filters ask for."""
        mine = Job.objects.of(caller.organization(self.request))
        if self.action == "list":
            mine = mine.filter(**self._filters())
        return mine.select_related("owner", "organization")

    def get_object(self) -> Job:
        """Give one job; one that is another's is not found."""
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound(f"There is no job {self.kwargs['pk']}.")
        return found

    def _filters(self) -> dict[str, Any]:
        query = self.request.query_params
        wanted = validated_query(JobFilter, query, apart_from=PAGE_PARAMETERS)
        filters = {
            "state__in": wanted.state,
            "type__in": wanted.type,
            "created_at__gt": wanted.created_after,
            "created_at__lt": wanted.created_before,
        }
        return {name: value for name, value in filters.items() if value}

    @extend_schema(parameters=LIST_PARAMETERS)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List jobs, newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=SubmitRequest, responses={202: JobSerializer})
    def create(self, request: Request) -> Response:
        """Submit a job. It is stored when this answers, and runs as soon as a worker is free."""
        wanted = validated(SubmitRequest, request.data)
        job = submission.submit(
            wanted.type,
            wanted.input,
            owner=caller.user(request),
            organization=caller.organization(request),
            terms=wanted.terms,
        )
        return accepted(job)

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: uuid.UUID) -> Response:
        """Cancel a job. A running one stops within moments; its state says when."""
        return accepted(
            submission.cancel(self.get_object(), actor=caller.user(request).get_username())
        )

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: uuid.UUID) -> Response:
        """Start a failed or cancelled job again; steps that are done stay done."""
        return accepted(
            submission.retry(self.get_object(), actor=caller.user(request).get_username())
        )

    @extend_schema(responses={200: JobEventSerializer(many=True)})
    @action(detail=True, pagination_class=None)
    def events(self, request: Request, pk: uuid.UUID) -> Response:
        """Read a job's log, oldest entry first."""
        return Response(JobEventSerializer(self.get_object().events.all(), many=True).data)

    @extend_schema(responses={200: JobStepSerializer(many=True)})
    @action(detail=True, pagination_class=None)
    def steps(self, request: Request, pk: uuid.UUID) -> Response:
        """Read a job's steps, in the order in which they first began."""
        return Response(JobStepSerializer(self.get_object().steps.all(), many=True).data)


class JobTypeList(Endpoint, APIView):
    """What kinds of job there are."""

    @extend_schema(responses={200: JobTypeSerializer(many=True)})
    def get(self, request: Request) -> Response:
        """List the job types."""
        return Response(JobTypeSerializer(registry.all_types(), many=True).data)


class JobTypeDetail(Endpoint, APIView):
    """One kind of job."""

    @extend_schema(responses={200: JobTypeSerializer})
    def get(self, request: Request, name: str) -> Response:
        """Read a job type, with the JSON Schemas of its input and output."""
        try:
            declared = registry.get(name)
        except UnknownJobType as error:
            raise NotFound(error.message) from None
        return Response(JobTypeSerializer(declared).data)
