"""Keeping analyses: one row for a job, however often its steps run."""

import uuid
from collections.abc import Sequence

from jobs.context import JobContext
from reports.keeping import usage_of
from reports.models import OptionAnalysis
from reports.options.analysis import Analysis
from reports.sources.evidence import Listed
from reports.writing.assembling import used


def keep(
    job: JobContext, analysis: Analysis, description: str, listing: Sequence[Listed]
) -> uuid.UUID:
    """Store the analysis of a job, or store it again; give its id."""
    content = {
        **analysis.model_dump(mode="json"),
        "organization_id": job.organization_id,
        "owner_id": job.owner_id,
        "description": description,
        "sources": used(listing, list(analysis.grounds)),
        "usage": usage_of(job),
    }
    kept, _ = OptionAnalysis.objects.update_or_create(job_id=job.id, defaults=content)
    return kept.pk
