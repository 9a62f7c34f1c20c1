"""Serializers of documents and their text."""

from typing import Any

from rest_framework import serializers
from rest_framework.reverse import reverse

from documents.models import Document, DocumentText


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """A stored document."""

    sha256 = serializers.CharField(
        source="digest", help_text="SHA-256 of the content, in hexadecimal."
    )
    owner = serializers.CharField(source="owner.username")
    organization = serializers.CharField(source="organization.slug")
    links = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields = (
            "id",
            "name",
            "media_type",
            "size",
            "sha256",
            "pages",
            "job",
            "created_at",
            "owner",
            "organization",
            "links",
        )
        read_only_fields = fields

    def get_links(self, document: Document) -> dict[str, str]:
        here = reverse("document-detail", args=[document.pk])
        return {"self": here, "content": f"{here}/content", "text": f"{here}/text"}


class PageSerializer(serializers.ModelSerializer[DocumentText]):
    """The text of one page."""

    class Meta:
        model = DocumentText
        fields = ("number", "text", "method", "language", "truncated")
        read_only_fields = fields


class TextSerializer(serializers.Serializer[Any]):
    """Text of a document, as far as it has been read."""

    document = serializers.UUIDField()
    pages = serializers.IntegerField(
        allow_null=True, help_text="Number of pages; null until a job first reads the document."
    )
    complete = serializers.BooleanField(help_text="Whether every page has been read.")
    texts = PageSerializer(many=True, help_text="The pages read so far.")
