"""What is kept of a report. It outlives the job that wrote it."""

from django.db import models

from reports.models.base import (
    StoredRow,
    organization_reference,
    owner_reference,
    unique_job_reference,
)

TITLE_LENGTH = 200
FOLDER = "reports"
"""Of the files, within the storage."""


def pdf_path(report: "Report", name: str) -> str:
    """Give the place of a report's PDF within the storage."""
    return file_path(report, "pdf")


def file_path(report: "Report", format: str) -> str:
    """Give the place of a report's file of a format within the storage."""
    return f"{FOLDER}/{report.organization_id}/{report.pk}.{format}"


class Report(StoredRow):
    """A written report or brief. `reports.records` writes it, `files.formatting` its files."""

    class Kind(models.TextChoices):
        """What kind of text it is."""

        REPORT = "report", "report"
        BRIEF = "brief", "brief"

    organization = organization_reference("reports")
    owner = owner_reference("reports")
    job = unique_job_reference("report")
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

    class Meta(StoredRow.Meta):
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
