"""Views that upload files and submit a job for them in one transaction."""

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
from documents.inputs import AnalyzeDocumentsInput, ClassifyDocumentsInput
from jobs.api import caller, parsers
from jobs.api.base_view import EndpointMixin
from jobs.api.idempotency import idempotent
from jobs.api.serializers import JobSerializer
from jobs.api.submissions import submit_body, submit_input

DOCUMENTS = "documents"

V = TypeVar("V", bound=type[APIView])


def _describe(operation: str, component: str, input: type[BaseModel]) -> Callable[[V], V]:
    """Describe a view that accepts a form with files or the JSON input."""
    return extend_schema_view(
        post=extend_schema(
            operation_id=operation,
            request=forms.body(component, input),
            responses={202: JobSerializer},
        )
    )


class _DocumentJobView(EndpointMixin, APIView):
    """Accepts files or document ids, and submits a job for them."""

    parser_classes = (MultiPartParser, parsers.StrictJSONParser)
    job_type: str
    input: type[BaseModel]

    @idempotent()
    def post(self, request: Request) -> Response:
        """Upload files and submit a job for them in one call.

        Or list documents by id, as JSON. A rejected request stores neither files nor a job.
        """
        form = uploads.read_form(request)
        if form is None:
            return submit_body(request, self.job_type)
        return submit_input(request, self.job_type, self._of_form(request, form))

    def _of_form(self, request: Request, form: QueryDict) -> dict[str, Any]:
        fields = frozenset(self.input.model_fields)
        files = uploads.read_files(request, fields)
        values = forms.read(self.input, form)
        if not files and not values.get(DOCUMENTS):
            raise uploads.rejection(
                "missing", "Send files, each as a part named files, or document ids."
            )
        if not isinstance(values.get(DOCUMENTS, []), list):
            return values  # rejected by validation
        added = store.add_all(
            files, organization=caller.organization(request), owner=caller.user(request)
        )
        ids = [str(one.document.pk) for one in added]
        # files of the same content are one document
        new = [one for one in dict.fromkeys(ids) if one not in values.get(DOCUMENTS, [])]
        return {**values, DOCUMENTS: [*values.get(DOCUMENTS, []), *new]}


@_describe("documents_classify", "ClassifyDocuments", ClassifyDocumentsInput)
class ClassifyDocumentsView(_DocumentJobView):
    """Classify documents."""

    job_type, input = "classify_documents", ClassifyDocumentsInput


@_describe("documents_analyze", "AnalyzeDocuments", AnalyzeDocumentsInput)
class AnalyzeDocumentsView(_DocumentJobView):
    """Analyze documents."""

    job_type, input = "analyze_documents", AnalyzeDocumentsInput
