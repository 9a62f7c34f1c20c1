"""What is kept of research: profiles of competitors, and evidence on a market."""

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
    """A company as its site, news and reviews show it. `reports.records` writes it."""

    organization = organization_reference("competitor_profiles")
    owner = owner_reference("competitor_profiles")
    job = unique_job_reference("competitor_profile")
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

    class Meta(StoredRow.Meta):
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="profile_of_tenant")
        ]

    def __str__(self) -> str:
        return self.company


class EvidenceItem(StoredRow):
    """What one source says to a question. `reports.research.records` writes it."""

    organization = organization_reference("evidence")
    owner = owner_reference("evidence")
    job = job_reference("evidence")
    place = models.IntegerField(help_text="Among what the job found, from 1, the best first.")
    question = models.TextField()
    market = models.CharField(max_length=200, blank=True, default="")
    decision = models.CharField(max_length=200, blank=True, default="", help_text="What it is for.")
    statement = models.TextField()
    quotation = models.TextField(help_text="Word for word, of the source.")
    source_title = models.CharField(max_length=SOURCE_LENGTH)
    url = models.URLField(max_length=2000, blank=True, default="", help_text="Of a web page.")
    document = models.UUIDField(null=True, blank=True, help_text="Of a document of the tenant's.")
    page = models.IntegerField(null=True, blank=True)
    published = models.DateField(null=True, blank=True, help_text="As the source says.")
    score = models.FloatField(help_text="How much it bears on the question, 0-1.")
    model = models.CharField(max_length=100, help_text="What chose it.")

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
