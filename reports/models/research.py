"""What is kept of research: profiles of competitors, and evidence on a market."""

import uuid
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from jobs.ids import uuid7
from jobs.models import Job, Organization

M = TypeVar("M", bound=models.Model)


class ResearchQuerySet(models.QuerySet[M]):
    """Reads of what research has found."""

    def of(self, organization: Organization | uuid.UUID) -> Self:
        """Give what is one tenant's. Every query on behalf of a tenant starts here."""
        return self.filter(organization=organization)


class CompetitorProfile(models.Model):
    """A company as its site, news and reviews show it. `reports.research.keeping` writes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="competitor_profiles"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="competitor_profiles"
    )
    job = models.OneToOneField(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="competitor_profile"
    )
    company = models.CharField(max_length=200)
    url = models.URLField(max_length=2000, help_text="Its site.")
    decision = models.CharField(max_length=200, blank=True, default="", help_text="What it is for.")
    model = models.CharField(max_length=100, help_text="What wrote it.")
    profile = models.JSONField(
        help_text="{offers, markets, pricing, ...: [{text, quotation, source, url, page}]}"
    )
    sources = models.JSONField(default=list, help_text="[{mark, kind, title, url, published}]")
    missing = models.JSONField(
        default=list, blank=True, help_text="What could not be looked up, and why."
    )
    usage = models.JSONField(default=dict, blank=True, help_text="Tokens and cost of its writing.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ResearchQuerySet["CompetitorProfile"].as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="profile_of_tenant")
        ]

    def __str__(self) -> str:
        return self.company


class EvidenceItem(models.Model):
    """What one source says to a question. `reports.research.keeping` writes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="evidence"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence"
    )
    job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="evidence"
    )
    place = models.IntegerField(help_text="Among what the job found, from 1, the best first.")
    question = models.TextField()
    market = models.CharField(max_length=200, blank=True, default="")
    decision = models.CharField(max_length=200, blank=True, default="", help_text="What it is for.")
    statement = models.TextField()
    quotation = models.TextField(help_text="Word for word, of the source.")
    source_title = models.CharField(max_length=300)
    url = models.URLField(max_length=2000, blank=True, default="", help_text="Of a web page.")
    document = models.UUIDField(null=True, blank=True, help_text="Of a document of the tenant's.")
    page = models.IntegerField(null=True, blank=True)
    published = models.DateField(null=True, blank=True, help_text="As the source says.")
    score = models.FloatField(help_text="How much it bears on the question, 0-1.")
    model = models.CharField(max_length=100, help_text="What chose it.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ResearchQuerySet["EvidenceItem"].as_manager()

    class Meta:
        ordering = ("-created_at", "place")
        constraints = [
            models.UniqueConstraint(fields=["job", "place"], name="evidence_is_kept_once")
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="evidence_of_tenant")
        ]

    def __str__(self) -> str:
        return self.statement[:80]
