"""Stored research: profiles of competitors, and market evidence."""

from django.db import models

from reports.models.base import (
    StoredRow,
    job_reference,
    organization_reference,
    owner_reference,
    unique_job_reference,
)

SOURCE_LENGTH = 300


class CompetitorProfile(StoredRow):
    """A company as described by its site, news and reviews. Written by `reports.records`."""

    organization = organization_reference("competitor_profiles")
    owner = owner_reference("competitor_profiles")
    job = unique_job_reference("competitor_profile")
    company = models.CharField(max_length=200)
    url = models.URLField(max_length=2000, help_text="Site of the company.")
    decision = models.CharField(
        max_length=200, blank=True, default="", help_text="Decision that the research is for."
    )
    model = models.CharField(max_length=100, help_text="Model that wrote it.")
    profile = models.JSONField(
        help_text="{offers, markets, pricing, ...: [{text, quotation, source, url, page}]}"
    )
    sources = models.JSONField(default=list, help_text="[{mark, kind, title, url, published}]")
    missing = models.JSONField(
        default=list, blank=True, help_text="What could not be found, and why."
    )
    usage = models.JSONField(default=dict, blank=True, help_text="Tokens and cost.")

    class Meta(StoredRow.Meta):
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="profile_of_tenant")
        ]

    def __str__(self) -> str:
        return self.company


class EvidenceItem(StoredRow):
    """A statement of one source about a question. Written by `reports.research.records`."""

    organization = organization_reference("evidence")
    owner = owner_reference("evidence")
    job = job_reference("evidence")
    place = models.IntegerField(help_text="Rank among the job's results, from 1.")
    question = models.TextField()
    market = models.CharField(max_length=200, blank=True, default="")
    decision = models.CharField(
        max_length=200, blank=True, default="", help_text="Decision that the research is for."
    )
    statement = models.TextField()
    quotation = models.TextField(help_text="Verbatim from the source.")
    source_title = models.CharField(max_length=SOURCE_LENGTH)
    url = models.URLField(max_length=2000, blank=True, default="", help_text="URL of a web page.")
    document = models.UUIDField(null=True, blank=True, help_text="Document of the tenant.")
    page = models.IntegerField(null=True, blank=True)
    published = models.DateField(null=True, blank=True, help_text="As the source states.")
    score = models.FloatField(help_text="Relevance to the question, 0-1.")
    model = models.CharField(max_length=100, help_text="Model that selected the evidence.")

    class Meta(StoredRow.Meta):
        ordering = ("-created_at", "place")
        constraints = [
            models.UniqueConstraint(fields=["job", "place"], name="evidence_is_kept_once")
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="evidence_of_tenant")
        ]

    def __str__(self) -> str:
        return self.statement[:80]
