"""Stores the row that a job leaves: one per job, however often its steps run."""

from typing import Any

from django.db import transaction

from jobs.context import JobContext
from jobs.models import Job
from reports.files import store
from reports.models import CompetitorProfile, OptionAnalysis, Report

DECISION_LABEL = "decision"

OneRecordPerJob = Report | OptionAnalysis | CompetitorProfile
"""Models with one row per job."""


def save_record(table: type[OneRecordPerJob], job: JobContext, /, **content: Any) -> str:
    """Insert or update the row of a job, with the job's usage so far; return its id."""
    kept, _ = table.objects.update_or_create(
        job_id=job.id,
        defaults={
            "organization_id": job.organization_id,
            "owner_id": job.owner_id,
            "usage": Job.objects.values_list("usage", flat=True).get(pk=job.id),
            **content,
        },
    )
    return str(kept.pk)


def decision_of(job: JobContext, *, otherwise: str = "") -> str:
    """Return the job's label `decision`, which groups everything made for one decision."""
    return job.labels.get(DECISION_LABEL, "") or otherwise


def remove(report: Report) -> None:
    """Delete a report, and its files after the commit."""
    Report.objects.filter(pk=report.pk).delete()
    transaction.on_commit(lambda: store.remove_files(report), robust=True)
