"""Models: a document's row and file, the text of its pages, and the search index."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now

from jobs.models import Organization
from jobs.models.ids import uuid7

DOCUMENTS_FOLDER = "documents"
"""Top folder in the file store, with a folder per organization and, in it, one per digest prefix.
"""


def content_path(document: "Document", name: str) -> str:
    """Return the storage path of a document: by digest, never by the uploaded name."""
    return f"{DOCUMENTS_FOLDER}/{document.organization_id}/{document.digest[:2]}/{document.digest}"


class DocumentQuerySet(models.QuerySet["Document"]):
    """Queries of documents."""

    def of(self, organization: Organization | uuid.UUID) -> Self:
        """Filter by organization. Every query on behalf of a tenant starts here."""
        return self.filter(organization=organization)


class Document(models.Model):
    """A file, stored once per content and organization; `documents.store` adds and removes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="documents"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="documents"
    )
    name = models.CharField(max_length=255, help_text="As first uploaded, without folders.")
    media_type = models.CharField(max_length=100, help_text="Detected by content.")
    size = models.BigIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content, in hexadecimal.")
    file = models.FileField(upload_to=content_path, max_length=200)
    pages = models.IntegerField(null=True, help_text="Null until the document is first read.")
    fault = models.JSONField(
        null=True, help_text="`code` and `message` if the document cannot be read, else null."
    )
    job = models.UUIDField(
        null=True, help_text="The job that made the document; null for an upload."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["organization", "digest"], name="one_copy_each")
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="document_of_tenant")
        ]

    def __str__(self) -> str:
        return self.name


class DocumentText(models.Model):
    """Stored text of one page, so that no later job reads the page again."""

    class Method(models.TextChoices):
        """How the text was obtained."""

        TEXT_LAYER = "text_layer", "text layer"
        OCR = "ocr", "OCR"
        NATIVE = "native", "native"

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="texts")
    number = models.IntegerField(help_text="1 for the first page.")
    text = models.TextField(blank=True)
    method = models.CharField(max_length=10, choices=Method)
    language = models.CharField(
        max_length=20, blank=True, default="", help_text="Languages of the OCR."
    )
    truncated = models.BooleanField(
        default=False, help_text="Whether the page has more text than is stored."
    )

    class Meta:
        ordering = ("document", "number")
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_text_a_page")
        ]

    def __str__(self) -> str:
        return f"{self.document} page {self.number}"


class Passage(models.Model):
    """An indexed part of a page. Its text is stored with the page."""

    # no separate index: the indexes below start with this column
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="passages", db_index=False
    )
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="passages", db_index=False
    )
    number = models.IntegerField(help_text="Page number, from 1.")
    part = models.IntegerField(help_text="Index among the passages of the page, from 0.")
    start = models.IntegerField(help_text="Offset in the page's text, in characters.")
    length = models.IntegerField(help_text="Characters.")
    language = models.CharField(max_length=2, blank=True, help_text="ISO 639-1; empty if unknown.")
    words = SearchVectorField(help_text="Stemmed for the language.")
    spellings = ArrayField(
        models.TextField(), help_text="Distinct folded spellings of its Latin words."
    )

    class Meta:
        ordering = ("document", "number", "part")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number", "part"], name="one_passage_a_part"
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "language", "part", "document"], name="passage_of_tenant"
            ),
            GinIndex(fields=["organization", "words"], name="passage_words"),
            GinIndex(fields=["organization", "spellings"], name="passage_spellings"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} page {self.number}, part {self.part}"


class Spelling(models.Model):
    """A folded word of an organization's passages, for finding similar spellings."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="spellings", db_index=False
    )
    word = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "word"], name="one_spelling_a_word")
        ]
        indexes = [
            GinIndex(
                fields=["organization", "word"],
                opclasses=["uuid_ops", "gin_trgm_ops"],
                name="spelling_trigrams",
            )
        ]

    def __str__(self) -> str:
        return self.word
