"""What is kept of a report. It outlives the job that wrote it."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from jobs.ids import uuid7
from jobs.models import Job, Organization

TITLE_LENGTH = 200
FOLDER = "reports"
"""Of the files, within the storage."""


def pdf_path(report: "Report", name: str) -> str:
    """Give the place of a report's PDF within the storage."""
    return file_path(report, "pdf")


def file_path(report: "Report", format: str) -> str:
    """Give the place of a report's file of a format within the storage."""
    return f"{FOLDER}/{report.organization_id}/{report.pk}.{format}"


class ReportQuerySet(models.QuerySet["Report"]):
    """Reads of reports."""

    def of(self, organization: Organization | uuid.UUID) -> Self:
        """Give the reports of one tenant. Every query on behalf of a tenant starts here."""
        return self.filter(organization=organization)


class Report(models.Model):
    """A written report or brief. `writing.keeping` writes it, `files.formatting` its files."""

    class Kind(models.TextChoices):
        """What kind of text it is."""

        REPORT = "report", "report"
        BRIEF = "brief", "brief"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="reports")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reports"
    )
    job = models.OneToOneField(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="report"
    )
    kind = models.CharField(
        max_length=10, choices=Kind, default=Kind.REPORT, db_default=Kind.REPORT
    )
    decision = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="That it was made for."
    )
    title = models.CharField(max_length=TITLE_LENGTH)
    subject = models.CharField(max_length=200, blank=True, default="")
    contract_name = models.CharField(max_length=200, blank=True, default="")
    location = models.CharField(max_length=200, blank=True, default="")
    project = models.CharField(max_length=200, blank=True, default="")
    markdown = models.TextField(help_text="The body, without its title.")
    model = models.CharField(max_length=100, help_text="What wrote it.")
    partial = models.BooleanField(default=False, help_text="Its text is whole, its PDF is missing.")
    warning = models.TextField(blank=True, default="", help_text="What its reader should know.")
    sources = models.JSONField(
        default=list, blank=True, help_text="[{id, name, kind, pages: pages that are quoted}]"
    )
    usage = models.JSONField(default=dict, blank=True, help_text="Tokens and cost of its writing.")
    pages = models.IntegerField(null=True, blank=True, help_text="Pages of the PDF.")
    pdf = models.FileField(upload_to=pdf_path, max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="report_of_tenant")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def details(self) -> dict[str, str]:
        """What it is about, under the names that a reader sees; only what was given."""
        named = {
            "Decision": "" if self.decision in (self.title, self.subject) else self.decision,
            "Contract": self.contract_name,
            "Project": self.project,
            "Location": self.location,
            "Subject": self.subject,
        }
        return {name: value for name, value in named.items() if value}
