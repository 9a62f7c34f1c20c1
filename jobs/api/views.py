"""Jobs over REST: fetch, call, answer."""

import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs import registry
from jobs.api import batches, caller, etags, summary
from jobs.api.base_view import Endpoint
from jobs.api.batches import BatchSerializer
from jobs.api.filters import FILTERS, narrowed
from jobs.api.idempotency import idempotent
from jobs.api.job_detail import JobDetailSerializer
from jobs.api.job_list import ListedJobSerializer, briefly
from jobs.api.pagination import PAGE_PARAMETERS
from jobs.api.parsers import BatchJSONParser
from jobs.api.request_bodies import (
    LONGEST_WAIT,
    BatchRequest,
    ReadQuery,
    SubmitRequest,
    validated,
    validated_query,
)
from jobs.api.serializers import (
    JobEventSerializer,
    JobSerializer,
    JobStepSerializer,
    JobTypeSerializer,
    RetriedSerializer,
)
from jobs.api.submissions import accepted
from jobs.api.summary import SummarySerializer
from jobs.api.tenants import OfTenant
from jobs.errors import Fault, InvalidSubmission, NotFound, UnknownJobType
from jobs.models import Job
from jobs.models.states import RETRYABLE
from jobs.monitoring import statistics
from jobs.submission.control import cancel_job, retry_job, retry_jobs
from jobs.submission.submit import JobRequest, submit_batch, submit_job

ENDED_BADLY = OpenApiParameter(
    "state", str, many=True, required=True, enum=sorted(state.value for state in RETRYABLE)
)
LARGEST_RETRY = 500
"""Jobs that one request starts again; what is left is retried by the next."""


class JobViewSet(mixins.ListModelMixin, OfTenant[Job]):
    """The jobs of the caller's organization."""

    queryset = Job.objects.select_related("owner", "organization")
    serializer_class = JobSerializer
    reads_query = frozenset({"list", "retrieve", "summary", "retry_many"})

    def get_serializer_class(self) -> type[JobSerializer]:
        """Leave what is large out of lists."""
        return ListedJobSerializer if self.action == "list" else JobSerializer

    def get_queryset(self) -> QuerySet[Job]:
        """Give the tenant's jobs; in a list, those that its filters ask for."""
        mine = super().get_queryset().prefetch_related("dependencies")
        if self.action == "list":
            mine = narrowed(mine, self.request.query_params, apart_from=PAGE_PARAMETERS)
            return briefly(mine)
        return mine

    @extend_schema(parameters=FILTERS, responses={200: ListedJobSerializer(many=True)})
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List jobs, newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "wait",
                {"type": "integer", "minimum": 1, "maximum": LONGEST_WAIT},
                description="Seconds to wait until the job changes or ends; or `Prefer: wait=30`.",
            ),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
        ],
        responses={
            200: JobDetailSerializer,
            304: OpenApiResponse(description="It has not changed."),
        },
    )
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        """Read a job. Its `ETag` in `If-None-Match` saves reading it again unchanged."""
        validated_query(ReadQuery, request.query_params)
        shown = JobDetailSerializer(self.get_object()).data
        headers = {"ETag": etags.tag(shown), "Cache-Control": "private, no-cache"}
        if etags.is_known(request, headers["ETag"]):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(shown, headers=headers)

    @extend_schema(parameters=FILTERS, filters=False, responses={200: SummarySerializer})
    @action(detail=False, pagination_class=None)
    def summary(self, request: Request) -> Response:
        """Count and time jobs: by state, by type, how long they ran, how many succeeded."""
        jobs = narrowed(self.get_queryset(), request.query_params)
        return Response(summary.shown(*statistics.summarize(jobs)))

    @extend_schema(request=SubmitRequest, responses={202: JobSerializer})
    @idempotent()
    def create(self, request: Request) -> Response:
        """Submit a job. It is stored when this answers, and runs as soon as a worker is free."""
        wanted = validated(SubmitRequest, request.data)
        job = submit_job(
            wanted.type,
            wanted.input,
            owner=caller.user(request),
            organization=caller.organization(request),
            options=wanted.terms,
        )
        return accepted(job)

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    @idempotent()
    def cancel(self, request: Request, pk: uuid.UUID) -> Response:
        """Cancel a job. A running one stops within moments; its state says when."""
        return accepted(cancel_job(self.get_object(), actor=caller.user(request).get_username()))

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    @idempotent()
    def retry(self, request: Request, pk: uuid.UUID) -> Response:
        """Start a failed or cancelled job again; steps that are done stay done."""
        return accepted(retry_job(self.get_object(), actor=caller.user(request).get_username()))

    @extend_schema(request=BatchRequest, responses={202: BatchSerializer})
    @action(detail=False, methods=["post"], parser_classes=[BatchJSONParser])
    @idempotent()
    def batch(self, request: Request) -> Response:
        """Submit up to 1,000 jobs at once: all of them are stored, or none."""
        wanted = validated(BatchRequest, request.data)
        stored = submit_batch(
            [JobRequest(type=one.type, input=one.input, options=one.terms) for one in wanted.jobs],
            owner=caller.user(request),
            organization=caller.organization(request),
        )
        return batches.accepted(stored)

    @extend_schema(
        operation_id="jobs_retry_many",
        parameters=[*FILTERS, ENDED_BADLY],  # the last of a name counts
        request=None,
        responses=RetriedSerializer,
    )
    @action(detail=False, methods=["post"], url_path="retry", pagination_class=None)
    @idempotent()
    def retry_many(self, request: Request) -> Response:
        """Start failed or cancelled jobs again, oldest first, 500 at most.

        `left` says how many remain. The filter must say `state=failed`, `state=cancelled`, or both.
        """
        states = set(request.query_params.getlist("state"))
        if not states or states - RETRYABLE:
            detail = "Choose which jobs to retry: state=failed, state=cancelled, or both."
            raise InvalidSubmission(detail, [Fault(pointer="/state", code="enum", detail=detail)])
        jobs = narrowed(self.get_queryset(), request.query_params).order_by("created_at", "id")
        actor = caller.user(request).get_username()
        retried = retry_jobs(jobs[:LARGEST_RETRY], actor=actor)
        return Response({"retried": retried, "left": jobs.count()})

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
        context = {"typical": statistics.typical(caller.organization(request))}
        return Response(JobTypeSerializer(registry.all_types(), many=True, context=context).data)


class JobTypeDetail(Endpoint, APIView):
    """One kind of job."""

    @extend_schema(responses={200: JobTypeSerializer})
    def get(self, request: Request, name: str) -> Response:
        """Read a job type, with the JSON Schemas of its input and output."""
        try:
            declared = registry.get(name)
        except UnknownJobType as error:
            raise NotFound(error.message) from None
        context = {"typical": statistics.typical(caller.organization(request))}
        return Response(JobTypeSerializer(declared, context=context).data)
