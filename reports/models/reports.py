"""Stored reports. They outlive the jobs that wrote them."""

from django.db import models

from reports.models.base import (
    StoredRow,
    organization_reference,
    owner_reference,
    unique_job_reference,
)

TITLE_LENGTH = 200
FOLDER = "reports"
"""Top folder of the files in the file store."""


def pdf_path(report: "Report", name: str) -> str:
    """Return the storage path of a report's PDF."""
    return file_path(report, "pdf")


def file_path(report: "Report", format: str) -> str:
    """Return the storage path of a report's file in a format."""
    return f"{FOLDER}/{report.organization_id}/{report.pk}.{format}"


class Report(StoredRow):
    """A report or brief. `reports.records` writes it, `reports.files.rendering` its files."""

    class Kind(models.TextChoices):
        """Kind of text."""

        REPORT = "report", "report"
        BRIEF = "brief", "brief"

    organization = organization_reference("reports")
    owner = owner_reference("reports")
    job = unique_job_reference("report")
    kind = models.CharField(
        max_length=10, choices=Kind, default=Kind.REPORT, db_default=Kind.REPORT
    )
    decision = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="Decision that it was made for.",
    )
    title = models.CharField(max_length=TITLE_LENGTH)
    subject = models.CharField(max_length=200, blank=True, default="")
    contract_name = models.CharField(max_length=200, blank=True, default="")
    location = models.CharField(max_length=200, blank=True, default="")
    project = models.CharField(max_length=200, blank=True, default="")
    markdown = models.TextField(help_text="Body, without the title.")
    model = models.CharField(max_length=100, help_text="Model that wrote it.")
    partial = models.BooleanField(
        default=False, help_text="The text is complete, but a file is missing."
    )
    warning = models.TextField(blank=True, default="", help_text="What the reader should know.")
    sources = models.JSONField(
        default=list, blank=True, help_text="[{id, name, kind, pages: cited pages}]"
    )
    usage = models.JSONField(default=dict, blank=True, help_text="Tokens and cost.")
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
        """Details shown to the reader, by label; only those that are set."""
        named = {
            "Decision": "" if self.decision in (self.title, self.subject) else self.decision,
            "Contract": self.contract_name,
            "Project": self.project,
            "Location": self.location,
            "Subject": self.subject,
        }
        return {name: value for name, value in named.items() if value}
