"""Taking jobs over REST: submit for the caller, and answer 202."""

import math
from collections.abc import Mapping
from typing import Any

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from jobs import registry
from jobs.api import caller
from jobs.api.serializers import JobSerializer
from jobs.errors import Fault, InvalidSubmission
from jobs.models import Job
from jobs.submission.submit import submit_job


def accepted(job: Job) -> Response:
    """Answer 202 with a job, where it is, and when to look again."""
    described = JobSerializer(job).data
    wait = registry.get(job.type).poll_interval.total_seconds()
    headers = {"Location": described["links"]["self"], "Retry-After": str(math.ceil(wait))}
    return Response(described, status=status.HTTP_202_ACCEPTED, headers=headers)


def submitted(request: Request, type: str, **of_path: Any) -> Response:
    """Submit a job of one type whose input is the body itself; answer 202 with the job.

    For endpoints beside `POST /jobs`. `of_path` are members of the input that the path says and the
    body must not. Faults point into the body as it was sent. Raises the errors of
    `jobs.submission.submit.submit_job`.
    """
    if not isinstance(request.data, dict):
        fault = Fault(pointer="", code="dict_type", detail="The body must be a JSON object.")
        raise InvalidSubmission("The request body is not valid.", [fault])
    if twice := sorted(request.data.keys() & of_path.keys()):
        detail = "The path already sets this field. Remove it from the body."
        faults = [
            Fault(pointer=f"/{name}", code="extra_forbidden", detail=detail) for name in twice
        ]
        raise InvalidSubmission("The request body is not valid.", faults)
    return ordered(request, type, {**request.data, **of_path})


def ordered(request: Request, type: str, input: Mapping[str, Any]) -> Response:
    """Submit a job with an input that was read from the whole body; answer 202 with the job.

    Raises as `jobs.submission.submit.submit_job`; faults point into the input.
    """
    job = submit_job(
        type,
        input,
        owner=caller.user(request),
        organization=caller.organization(request),
        pointer="",
    )
    return accepted(job)
