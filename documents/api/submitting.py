"""Jobs over documents in one call: files are stored and the job submitted, or neither."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from documents import store
from documents.api import forms, uploading
from documents.orders import AnalysisOrder, ClassificationOrder
from jobs import submission
from jobs.api import caller, parsers
from jobs.api.endpoint import Endpoint
from jobs.api.serializers import JobSerializer
from jobs.api.views import accepted
from jobs.errors import Fault, InvalidSubmission
from jobs.models import Job

DOCUMENTS = "documents"


class _Submission(Endpoint, APIView):
    """Takes files or the ids of documents, and submits a job over them."""

    parser_classes = (MultiPartParser, parsers.StrictJSONParser)
    job_type: str
    order: type[BaseModel]

    def submit(self, request: Request) -> Response:
        """Store what was sent and submit the job; a refusal of either leaves nothing stored."""
        if isinstance(request.data, QueryDict):
            return accepted(self._job(request, self._of_form(request, request.data)))
        if not isinstance(request.data, dict):
            fault = Fault(pointer="", code="dict_type", detail="The body must be an object.")
            raise InvalidSubmission("The request's body is not valid.", [fault])
        return accepted(self._job(request, request.data))

    def _of_form(self, request: Request, form: QueryDict) -> dict[str, Any]:
        fields = frozenset(self.order.model_fields)
        uploads = uploading.files(request, fields)
        given = forms.read(self.order, form)
        if not uploads and not given.get(DOCUMENTS):
            raise uploading.misfit("missing", "Send files, each as a part named files, or the ids.")
        if not isinstance(given.get(DOCUMENTS, []), list):
            return given  # and have it refused
        added = store.add_all(
            uploads, organization=caller.organization(request), owner=caller.user(request)
        )
        ids = [str(one.document.pk) for one in added]
        # The same content twice is one document.
        new = [one for one in dict.fromkeys(ids) if one not in given.get(DOCUMENTS, [])]
        return {**given, DOCUMENTS: [*given.get(DOCUMENTS, []), *new]}

    def _job(self, request: Request, given: Mapping[str, Any]) -> Job:
        return submission.submit(
            self.job_type,
            given,
            owner=caller.user(request),
            organization=caller.organization(request),
            pointer="",
        )


class Classification(_Submission):
    """Documents to be classified."""

    job_type, order = "classify_documents", ClassificationOrder

    @extend_schema(
        operation_id="documents_classify",
        request=forms.body("ClassificationOrder", ClassificationOrder),
        responses={202: JobSerializer},
    )
    def post(self, request: Request) -> Response:
        """Upload files and submit the job that classifies them, in one call.

        Or name documents by id, as JSON. What is refused stores nothing, neither files nor job.
        """
        return self.submit(request)


class Analysis(_Submission):
    """Documents to be analyzed."""

    job_type, order = "analyze_documents", AnalysisOrder

    @extend_schema(
        operation_id="documents_analyze",
        request=forms.body("AnalysisOrder", AnalysisOrder),
        responses={202: JobSerializer},
    )
    def post(self, request: Request) -> Response:
        """Upload files and submit the job that analyzes them, in one call.

        Or name documents by id, as JSON. What is refused stores nothing, neither files nor job.
        """
        return self.submit(request)
