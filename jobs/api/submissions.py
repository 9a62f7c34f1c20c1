"""Submission of jobs by REST views: submit for the caller, and respond 202."""

import math
from collections.abc import Mapping
from typing import Any

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from jobs import registry
from jobs.api import caller
from jobs.api.serializers import JobSerializer, SubmittedJobSerializer, render_job
from jobs.errors import Fault, InvalidSubmission
from jobs.models import Job
from jobs.submission.submit import submit_job


def build_accepted_response(job: Job) -> Response:
    """Return a 202 with the job, its URL (`Location`) and the poll interval (`Retry-After`)."""
    return _build_response(job, render_job(JobSerializer, job), status.HTTP_202_ACCEPTED)


def build_submitted_response(job: Job) -> Response:
    """Return a 202 with the new job, or a 200 with the existing one that a submission found."""
    code = status.HTTP_200_OK if job.is_found else status.HTTP_202_ACCEPTED
    return _build_response(job, render_job(SubmittedJobSerializer, job), code)


def _build_response(job: Job, data: dict[str, Any], code: int) -> Response:
    wait = registry.get(job.type).poll_interval.total_seconds()
    headers = {"Location": data["links"]["self"], "Retry-After": str(math.ceil(wait))}
    return Response(data, status=code, headers=headers)


def submit_body(request: Request, type: str, **path_fields: Any) -> Response:
    """Submit a job whose input is the request body, and return a 202 with the job.

    For endpoints other than `POST /jobs`. `path_fields` are input fields that the URL path sets and
    the body must not contain. Faults point into the body. Raises the errors of
    `jobs.submission.submit.submit_job`.
    """
    if not isinstance(request.data, dict):
        fault = Fault(pointer="", code="dict_type", detail="The body must be a JSON object.")
        raise InvalidSubmission("The request body is not valid.", [fault])
    if duplicates := sorted(request.data.keys() & path_fields.keys()):
        detail = "The path already sets this field. Remove it from the body."
        faults = [
            Fault(pointer=f"/{name}", code="extra_forbidden", detail=detail) for name in duplicates
        ]
        raise InvalidSubmission("The request body is not valid.", faults)
    return submit_input(request, type, {**request.data, **path_fields})


def submit_input(request: Request, type: str, input: Mapping[str, Any]) -> Response:
    """Submit a job with this input, and return a 202 with the job.

    Faults point into the input. Raises the errors of `jobs.submission.submit.submit_job`.
    """
    job = submit_job(
        type,
        input,
        owner=caller.user(request),
        organization=caller.organization(request),
        pointer="",
    )
    return build_accepted_response(job)
