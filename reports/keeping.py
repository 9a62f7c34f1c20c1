"""Keeping reports: one row for a job, however often its steps run."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from jobs.context import JobContext
from jobs.models import Job
from reports.files import store
from reports.models import Report
from reports.writing.assembling import Assembled


def keep(job: JobContext, about: Mapping[str, str], assembled: Assembled) -> uuid.UUID:
    """Store the report of a job, or store it again, and give its id.

    `about` has its title, kind and model, and further columns.
    """
    content: dict[str, Any] = {
        **about,
        "organization_id": job.organization_id,
        "owner_id": job.owner_id,
        "subject": job.subject,
        "markdown": assembled.markdown,
        "warning": assembled.warning,
        "sources": assembled.sources,
        "usage": usage_of(job),
    }
    report, _ = Report.objects.update_or_create(job_id=job.id, defaults=content)
    return report.pk


def usage_of(job: JobContext) -> Any:
    """Give what the calls of models for a job have used so far."""
    return Job.objects.values_list("usage", flat=True).get(pk=job.id)


def remove(report: Report) -> None:
    """Delete a report, and its files when that is certain."""
    Report.objects.filter(pk=report.pk).delete()
    transaction.on_commit(lambda: store.remove(report), robust=True)
