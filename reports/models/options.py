"""What is kept of the analysis of an option. It outlives the job that made it."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from jobs.ids import uuid7
from jobs.models import Job, Organization


class OptionAnalysisQuerySet(models.QuerySet["OptionAnalysis"]):
    """Reads of analyses."""

    def of(self, organization: Organization | uuid.UUID) -> Self:
        """Give the analyses of one tenant. Every query on behalf of a tenant starts here."""
        return self.filter(organization=organization)


class OptionAnalysis(models.Model):
    """One option of a decision, measured by criteria. `reports.options.keeping` alone writes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="option_analyses"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="option_analyses"
    )
    job = models.OneToOneField(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="option_analysis"
    )
    decision = models.CharField(max_length=200, blank=True, help_text="That it was made for.")
    option = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    score = models.FloatField(null=True, help_text="1-5, weighted; null where none was scored.")
    criteria = models.JSONField(
        help_text="[{criterion, weight, score, reason, evidence: [{source, page, name, quote}]}]"
    )
    pros = models.JSONField(help_text="[{text, evidence}]")
    cons = models.JSONField(help_text="[{text, evidence}]")
    risks = models.JSONField(help_text="[{text, evidence}]")
    unsupported = models.JSONField(help_text="Claims of the model that rest on no evidence.")
    sources = models.JSONField(help_text="[{id, name, kind, pages: pages that are cited}]")
    model = models.CharField(max_length=100, help_text="What made it.")
    warning = models.TextField(blank=True, help_text="What its reader should know.")
    usage = models.JSONField(help_text="Tokens and cost of its making.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OptionAnalysisQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name_plural = "option analyses"
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="option_of_tenant")
        ]

    def __str__(self) -> str:
        return self.option
