"""Jobs over documents in one call: files are stored and the job submitted, or neither."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import QueryDict
from drf_spectacular.utils import extend_schema, extend_schema_view
from pydantic import BaseModel
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from documents import store
from documents.api import forms, uploads
from documents.inputs import AnalysisOrder, ClassificationOrder
from jobs.api import caller, parsers
from jobs.api.base_view import Endpoint
from jobs.api.idempotency import idempotent
from jobs.api.serializers import JobSerializer
from jobs.api.submissions import ordered, submitted

DOCUMENTS = "documents"

V = TypeVar("V", bound=type[APIView])


def _described(operation: str, component: str, order: type[BaseModel]) -> Callable[[V], V]:
    """Describe a view that takes files, or what the component of the schema says."""
    return extend_schema_view(
        post=extend_schema(
            operation_id=operation,
            request=forms.body(component, order),
            responses={202: JobSerializer},
        )
    )


class _Submission(Endpoint, APIView):
    """Takes files or the ids of documents, and submits a job over them."""

    parser_classes = (MultiPartParser, parsers.StrictJSONParser)
    job_type: str
    order: type[BaseModel]

    @idempotent()
    def post(self, request: Request) -> Response:
        """Upload files and submit the job over them, in one call.

        Or name documents by id, as JSON. What is refused stores nothing, neither files nor job.
        """
        form = uploads.form(request)
        if form is None:
            return submitted(request, self.job_type)
        return ordered(request, self.job_type, self._of_form(request, form))

    def _of_form(self, request: Request, form: QueryDict) -> dict[str, Any]:
        fields = frozenset(self.order.model_fields)
        files = uploads.files(request, fields)
        given = forms.read(self.order, form)
        if not files and not given.get(DOCUMENTS):
            raise uploads.misfit("missing", "Send files, each as a part named files, or the ids.")
        if not isinstance(given.get(DOCUMENTS, []), list):
            return given  # and have it refused
        added = store.add_all(
            files, organization=caller.organization(request), owner=caller.user(request)
        )
        ids = [str(one.document.pk) for one in added]
        # The same content twice is one document.
        new = [one for one in dict.fromkeys(ids) if one not in given.get(DOCUMENTS, [])]
        return {**given, DOCUMENTS: [*given.get(DOCUMENTS, []), *new]}


@_described("documents_classify", "ClassifyDocuments", ClassificationOrder)
class Classification(_Submission):
    """Documents to be classified."""

    job_type, order = "classify_documents", ClassificationOrder


@_described("documents_analyze", "AnalyzeDocuments", AnalysisOrder)
class Analysis(_Submission):
    """Documents to be analyzed."""

    job_type, order = "analyze_documents", AnalysisOrder
