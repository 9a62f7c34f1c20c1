"""What is stored of a document: its row, its file, and the text of its pages."""

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

FOLDER = "documents"
"""Of the storage: below it a folder for each organization, and in it one for each prefix."""


def content_path(document: "Document", name: str) -> str:
    """Give the place of a document's file: by its content, never by the name that was sent."""
    return f"{FOLDER}/{document.organization_id}/{document.digest[:2]}/{document.digest}"


class DocumentQuerySet(models.QuerySet["Document"]):
    """Reads of documents."""

    def of(self, organization: Organization | uuid.UUID) -> Self:
        """Documents of one tenant. Every query on behalf of a tenant starts here."""
        return self.filter(organization=organization)


class Document(models.Model):
    """A file, kept once per content and organization. `documents.store` adds and removes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="documents"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="documents"
    )
    name = models.CharField(max_length=255, help_text="As first uploaded, without any folder.")
    media_type = models.CharField(max_length=100, help_text="By content.")
    size = models.BigIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content, in hexadecimal.")
    file = models.FileField(upload_to=content_path, max_length=200)
    pages = models.IntegerField(null=True, help_text="Null until it is first read.")
    fault = models.JSONField(
        null=True, help_text="Why it cannot be read, with `code` and `message`; null where it can."
    )
    job = models.UUIDField(null=True, help_text="The job that made it; null for an upload.")
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
    """The text of one page, kept so that no later job reads the page again."""

    class Method(models.TextChoices):
        """Where the text comes from."""

        TEXT_LAYER = "text_layer", "text layer"
        OCR = "ocr", "OCR"
        NATIVE = "native", "native"

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="texts")
    number = models.IntegerField(help_text="1 for the first page.")
    text = models.TextField(blank=True)
    method = models.CharField(max_length=10, choices=Method)
    language = models.CharField(max_length=20, blank=True, default="", help_text="Of the OCR.")
    truncated = models.BooleanField(default=False, help_text="Whether the page has more text.")

    class Meta:
        ordering = ("document", "number")
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_text_a_page")
        ]

    def __str__(self) -> str:
        return f"{self.document} page {self.number}"


class Passage(models.Model):
    """A stretch of a page as the search has it; the text itself stays with the page."""

    # no index of its own: those below begin with it
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="passages", db_index=False
    )
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="passages", db_index=False
    )
    number = models.IntegerField(help_text="Of the page, 1 for the first.")
    part = models.IntegerField(help_text="Of the page's passages, 0 for the first.")
    start = models.IntegerField(help_text="Offset in the page's text, in characters.")
    length = models.IntegerField(help_text="Characters.")
    language = models.CharField(
        max_length=2, blank=True, help_text="ISO 639-1; empty where it is not known."
    )
    words = SearchVectorField(help_text="Stemmed by the rules of the language.")
    spellings = ArrayField(models.TextField(), help_text="Of its Latin words, folded, each once.")

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
    """A word of a tenant's passages, folded: what a misspelled word is compared with."""

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
