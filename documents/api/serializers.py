"""How documents and their text read."""

from typing import Any

from rest_framework import serializers
from rest_framework.reverse import reverse

from documents.models import Document, DocumentText


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """A stored document."""

    sha256 = serializers.CharField(source="digest", help_text="Of the content, in hexadecimal.")
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
        """Where to go from here."""
        here = reverse("document-detail", args=[document.pk])
        return {"self": here, "content": f"{here}/content", "text": f"{here}/text"}


class PageSerializer(serializers.ModelSerializer[DocumentText]):
    """The text of one page."""

    class Meta:
        model = DocumentText
        fields = ("number", "text", "method", "language", "truncated")
        read_only_fields = fields


class TextSerializer(serializers.Serializer[Any]):
    """What is known of a document's text."""

    document = serializers.UUIDField()
    pages = serializers.IntegerField(
        allow_null=True, help_text="How many it has; null until a job first reads it."
    )
    complete = serializers.BooleanField(help_text="Whether every page has been read.")
    texts = PageSerializer(many=True, help_text="The pages read so far.")
