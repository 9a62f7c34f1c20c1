"""Stored option analyses. They outlive the jobs that made them."""

from django.db import models

from reports.models.base import (
    StoredRow,
    organization_reference,
    owner_reference,
    unique_job_reference,
)


class OptionAnalysis(StoredRow):
    """An option of a decision, measured by criteria. Written by `reports.records`."""

    organization = organization_reference("option_analyses")
    owner = owner_reference("option_analyses")
    job = unique_job_reference("option_analysis")
    decision = models.CharField(
        max_length=200, blank=True, help_text="Decision that it was made for."
    )
    option = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    score = models.FloatField(null=True, help_text="1-5, weighted; null if nothing was scored.")
    criteria = models.JSONField(
        help_text="[{criterion, weight, score, reason, evidence: [{source, page, name, quote}]}]"
    )
    pros = models.JSONField(help_text="[{text, evidence}]")
    cons = models.JSONField(help_text="[{text, evidence}]")
    risks = models.JSONField(help_text="[{text, evidence}]")
    unsupported = models.JSONField(help_text="Claims of the model without evidence.")
    sources = models.JSONField(help_text="[{id, name, kind, pages: cited pages}]")
    model = models.CharField(max_length=100, help_text="Model that made the analysis.")
    warning = models.TextField(blank=True, help_text="What the reader should know.")
    usage = models.JSONField(help_text="Tokens and cost of the analysis.")

    class Meta(StoredRow.Meta):
        verbose_name_plural = "option analyses"
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="option_of_tenant")
        ]

    def __str__(self) -> str:
        return self.option
