"""Keeping what research found: once for a job, however often its steps run."""

from collections.abc import Sequence

from django.db import transaction

from jobs.context import JobContext
from reports.models import SOURCE_LENGTH, CompetitorProfile, EvidenceItem
from reports.records import save_record
from reports.research.findings import CompanyProfile, ConsultedSource, MarketEvidence
from reports.research.inputs import CompetitorAnalysisInput, MarketResearchInput

UNIQUE_FIELDS = ("job", "place")
CONTENT_FIELDS = (
    "statement",
    "quotation",
    "source_title",
    "url",
    "document",
    "page",
    "published",
    "score",
)
"""What another attempt may have found otherwise."""


def save_profile(
    job: JobContext,
    order: CompetitorAnalysisInput,
    model: str,
    profile: CompanyProfile,
    sources: Sequence[ConsultedSource],
) -> str:
    """Store the profile of a job, or store it again; give its id."""
    return save_record(
        CompetitorProfile,
        job,
        company=order.company,
        url=order.url,
        decision=order.decision,
        model=model,
        profile=profile.model_dump(mode="json", exclude={"missing"}),
        sources=[one.model_dump(mode="json") for one in sources],
        missing=profile.missing,
    )


@transaction.atomic
def save_evidence(
    job: JobContext, order: MarketResearchInput, model: str, evidence: Sequence[MarketEvidence]
) -> int:
    """Store the evidence of a job, or store it again; give how many items there are."""
    items = [
        EvidenceItem(
            job_id=job.id,
            place=place,
            organization_id=job.organization_id,
            owner_id=job.owner_id,
            question=order.question,
            market=order.market,
            decision=order.decision,
            statement=one.text,
            quotation=one.quotation,
            source_title=one.title[:SOURCE_LENGTH],  # a page without one is called by its URL
            url=one.url,
            document=one.document,
            page=one.page,
            published=one.published,
            score=one.score,
            model=model,
        )
        for place, one in enumerate(evidence, start=1)
    ]
    EvidenceItem.objects.bulk_create(
        items, update_conflicts=True, unique_fields=UNIQUE_FIELDS, update_fields=CONTENT_FIELDS
    )
    EvidenceItem.objects.filter(job_id=job.id, place__gt=len(items)).delete()
    return len(items)
