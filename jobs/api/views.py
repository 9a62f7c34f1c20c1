"""REST views of jobs and job types."""

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
from jobs.api.base_view import EndpointMixin
from jobs.api.batches import SubmittedBatchSerializer
from jobs.api.filters import FILTERS, filter_jobs
from jobs.api.idempotency import idempotent
from jobs.api.job_detail import JobDetailSerializer
from jobs.api.job_list import ListedJobSerializer, defer_large_values
from jobs.api.long_poll_probe import probe_of
from jobs.api.pagination import PAGE_PARAMETERS
from jobs.api.parsers import BatchJSONParser
from jobs.api.request_bodies import (
    MAX_WAIT_SECONDS,
    BatchRequest,
    ReadQuery,
    SubmitRequest,
    validate_body,
    validate_query,
)
from jobs.api.serializers import (
    JobEventSerializer,
    JobSerializer,
    JobStepSerializer,
    JobTypeSerializer,
    RetriedSerializer,
    SubmittedJobSerializer,
    render_job,
)
from jobs.api.submissions import build_accepted_response, build_submitted_response
from jobs.api.summary import SummarySerializer
from jobs.api.tenants import TenantViewSet
from jobs.errors import Fault, InvalidSubmission, NotFound, UnknownJobType
from jobs.models import Job
from jobs.models.full_jobs import read_full_job
from jobs.models.states import RETRYABLE
from jobs.monitoring import statistics
from jobs.submission.control import MAX_RETRIED_JOBS, cancel_job, retry_job, retry_jobs
from jobs.submission.submit import JobRequest, submit_batch, submit_job

RETRYABLE_STATES = OpenApiParameter(
    "state", str, many=True, required=True, enum=sorted(state.value for state in RETRYABLE)
)


SUBMITTED = {
    200: OpenApiResponse(SubmittedJobSerializer, description="An existing job, which matches."),
    202: OpenApiResponse(SubmittedJobSerializer, description="The new job."),
}


class JobViewSet(mixins.ListModelMixin, TenantViewSet[Job]):
    """The jobs of the caller's organization."""

    queryset = Job.objects.select_related("owner", "organization")
    serializer_class = JobSerializer
    actions_with_query = frozenset({"list", "retrieve", "summary", "retry_many"})

    def get_serializer_class(self) -> type[JobSerializer]:
        """Omit large values in lists."""
        return ListedJobSerializer if self.action == "list" else JobSerializer

    def get_queryset(self) -> QuerySet[Job]:
        """Return the tenant's jobs; in a list, those that match the filters."""
        jobs = super().get_queryset().prefetch_related("dependencies")
        if self.action == "list":
            jobs = filter_jobs(jobs, self.request.query_params, ignore=PAGE_PARAMETERS)
            return defer_large_values(jobs)
        return jobs

    @extend_schema(parameters=FILTERS, responses={200: ListedJobSerializer(many=True)})
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List jobs, newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "wait",
                {"type": "integer", "minimum": 1, "maximum": MAX_WAIT_SECONDS},
                description=(
                    "Seconds to wait for the job to change or end. You can send the header "
                    "`Prefer: wait=30` instead."
                ),
            ),
            OpenApiParameter(
                "If-None-Match",
                str,
                OpenApiParameter.HEADER,
                description="The `ETag` of an earlier response.",
            ),
        ],
        responses={
            200: JobDetailSerializer,
            304: OpenApiResponse(description="The job has not changed."),
        },
    )
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        """Read a job.

        Send its `ETag` as `If-None-Match` to get a 304 without a body if the job has not changed.
        """
        validate_query(ReadQuery, request.query_params)
        job = read_full_job(pk, caller.organization(request).pk)
        if job is None:
            raise NotFound(f"There is no job {pk}.")
        probe = probe_of(request)
        data = render_job(JobDetailSerializer if probe is None else JobSerializer, job)
        headers = {"ETag": etags.compute_etag(data), "Cache-Control": "private, no-cache"}
        if probe is not None:
            probe.organization_id, probe.log_number = job.organization_id, job.log_number
            probe.has_ended = job.is_terminal
        if etags.is_not_modified(request, headers["ETag"]):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(data, headers=headers)

    @extend_schema(parameters=FILTERS, filters=False, responses={200: SummarySerializer})
    @action(detail=False, pagination_class=None)
    def summary(self, request: Request) -> Response:
        """Summarize jobs: counts by state and type, durations and success rates."""
        jobs = filter_jobs(self.get_queryset(), request.query_params)
        return Response(summary.render_summary(*statistics.summarize(jobs)))

    @extend_schema(request=SubmitRequest, responses=SUBMITTED)
    @idempotent()
    def create(self, request: Request) -> Response:
        """Submit a job.

        The job is stored when you get the response, and runs as soon as a worker is free. With
        `unique` or `debounce`, the response can be an existing job, with status 200.
        """
        body = validate_body(SubmitRequest, request.data)
        job = submit_job(
            body.type,
            body.input,
            owner=caller.user(request),
            organization=caller.organization(request),
            options=body.options,
        )
        return build_submitted_response(job)

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    @idempotent()
    def cancel(self, request: Request, pk: uuid.UUID) -> Response:
        """Cancel a job. A running job stops within moments; its state then becomes `cancelled`."""
        return build_accepted_response(
            cancel_job(self.get_object(), actor=caller.user(request).get_username())
        )

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    @idempotent()
    def retry(self, request: Request, pk: uuid.UUID) -> Response:
        """Retry a failed or cancelled job. Completed steps do not run again."""
        return build_accepted_response(
            retry_job(self.get_object(), actor=caller.user(request).get_username())
        )

    @extend_schema(request=BatchRequest, responses={202: SubmittedBatchSerializer})
    @action(detail=False, methods=["post"], parser_classes=[BatchJSONParser])
    @idempotent()
    def batch(self, request: Request) -> Response:
        """Submit up to 1,000 jobs at once. All of them are stored, or none.

        A job with `unique` that matches an existing job, or an earlier one of the batch, is not
        stored; `found` lists it.
        """
        body = validate_body(BatchRequest, request.data)
        batch = submit_batch(
            [JobRequest(type=job.type, input=job.input, options=job.options) for job in body.jobs],
            owner=caller.user(request),
            organization=caller.organization(request),
        )
        return batches.build_submitted_response(batch)

    @extend_schema(
        operation_id="jobs_retry_many",
        parameters=[*FILTERS, RETRYABLE_STATES],  # the last parameter of a name wins
        request=None,
        responses=RetriedSerializer,
    )
    @action(detail=False, methods=["post"], url_path="retry", pagination_class=None)
    @idempotent()
    def retry_many(self, request: Request) -> Response:
        """Retry failed or cancelled jobs, oldest first, at most 500 per request.

        `left` is the number of jobs that remain. Send `state=failed`, `state=cancelled`, or both.
        """
        states = set(request.query_params.getlist("state"))
        if not states or states - RETRYABLE:
            detail = "Choose which jobs to retry: state=failed, state=cancelled, or both."
            raise InvalidSubmission(detail, [Fault(pointer="/state", code="enum", detail=detail)])
        jobs = filter_jobs(self.get_queryset(), request.query_params).order_by("created_at", "id")
        actor = caller.user(request).get_username()
        retried = retry_jobs(jobs[:MAX_RETRIED_JOBS], actor=actor)
        return Response({"retried": retried, "left": jobs.count()})

    @extend_schema(responses={200: JobEventSerializer(many=True)})
    @action(detail=True, pagination_class=None)
    def events(self, request: Request, pk: uuid.UUID) -> Response:
        """List the entries of a job's log, oldest first."""
        return Response(JobEventSerializer(self.get_object().events.all(), many=True).data)

    @extend_schema(responses={200: JobStepSerializer(many=True)})
    @action(detail=True, pagination_class=None)
    def steps(self, request: Request, pk: uuid.UUID) -> Response:
        """List a job's steps, in the order in which they first started."""
        return Response(JobStepSerializer(self.get_object().steps.all(), many=True).data)


class JobTypeList(EndpointMixin, APIView):
    """The list of job types."""

    @extend_schema(responses={200: JobTypeSerializer(many=True)})
    def get(self, request: Request) -> Response:
        """List the job types."""
        context = {"typical": statistics.typical(caller.organization(request))}
        return Response(JobTypeSerializer(registry.all_types(), many=True, context=context).data)


class JobTypeDetail(EndpointMixin, APIView):
    """One job type."""

    @extend_schema(responses={200: JobTypeSerializer})
    def get(self, request: Request, name: str) -> Response:
        """Read a job type, with the JSON Schemas of its input and output."""
        try:
            job_type = registry.get(name)
        except UnknownJobType as error:
            raise NotFound(error.message) from None
        context = {"typical": statistics.typical(caller.organization(request))}
        return Response(JobTypeSerializer(job_type, context=context).data)
