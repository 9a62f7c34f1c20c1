"""Views of documents."""

import uuid
from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from documents import store
from documents.api import uploads
from documents.api.serializers import DocumentSerializer, TextSerializer
from documents.models import Document
from jobs.api import caller
from jobs.api.idempotency import idempotent
from jobs.api.tenants import TenantViewSet
from jobs.errors import NotFound

UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "properties": {uploads.FILES: uploads.PART},
        "required": [uploads.FILES],
        "additionalProperties": False,
    }
}
# A plain list: drf-spectacular would describe a list of serializers as a paginated response.
STORED = {"type": "array", "items": {"$ref": "#/components/schemas/Document"}}
UPLOADED = {201: STORED, 200: STORED}


@extend_schema_view(
    list=extend_schema(description="List documents, newest first."),
    retrieve=extend_schema(description="Read the metadata of a document."),
)
class DocumentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TenantViewSet[Document]):
    """Documents of the caller's organization."""

    queryset = Document.objects.select_related("owner", "organization")
    serializer_class = DocumentSerializer
    parser_classes = (MultiPartParser,)

    @extend_schema(request=UPLOAD, responses=UPLOADED)
    @idempotent()
    def create(self, request: Request) -> Response:
        """Upload files: all are stored, or none if one is rejected.

        The response lists one document per file, in order; content that is already stored returns
        the existing document. 201 if anything was stored, 200 if all content was already there.
        """
        files = uploads.read_files(request)
        if not files:
            raise uploads.rejection(
                "missing", "Send one or more files, each as a part named files."
            )
        added = store.add_all(
            files,
            organization=caller.organization(request),
            owner=caller.user(request),
        )
        documents = [one.document for one in added]
        created = any(one.created for one in added)
        return Response(
            DocumentSerializer(documents, many=True).data,
            status=status.HTTP_201_CREATED if created else status.HTTP_200_OK,
        )

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Delete a document with its text and its file."""
        store.remove(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (200, "*/*"): OpenApiTypes.BINARY,
        }
    )
    @action(detail=True)
    def content(self, request: Request, pk: uuid.UUID) -> FileResponse:
        """Download the original file."""
        return _attachment(self.get_object())

    @extend_schema(responses={200: TextSerializer})
    @action(detail=True)
    def text(self, request: Request, pk: uuid.UUID) -> Response:
        """Read the text of the pages that jobs have read so far."""
        return Response(TextSerializer(_text(self.get_object())).data)


def _attachment(document: Document) -> FileResponse:
    """Return the file as a download that no browser renders as a page of this site."""
    try:
        content = document.file.open("rb")
    except FileNotFoundError:
        raise NotFound(f"The content of document {document.pk} is missing.") from None
    return FileResponse(
        content,
        as_attachment=True,
        filename=document.name,
        content_type=document.media_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )


def _text(document: Document) -> dict[str, Any]:
    texts = list(document.texts.all())
    return {
        "document": document.pk,
        "pages": document.pages,
        "complete": document.pages is not None and len(texts) >= document.pages,
        "texts": texts,
    }
