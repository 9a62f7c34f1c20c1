"""Stores the results of research once per job, however often its steps run."""

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
"""Fields that another attempt may have filled differently."""


def save_profile(
    job: JobContext,
    input: CompetitorAnalysisInput,
    model: str,
    profile: CompanyProfile,
    sources: Sequence[ConsultedSource],
) -> str:
    """Insert or update the profile of a job; return its id."""
    return save_record(
        CompetitorProfile,
        job,
        company=input.company,
        url=input.url,
        decision=input.decision,
        model=model,
        profile=profile.model_dump(mode="json", exclude={"missing"}),
        sources=[one.model_dump(mode="json") for one in sources],
        missing=profile.missing,
    )


@transaction.atomic
def save_evidence(
    job: JobContext, input: MarketResearchInput, model: str, evidence: Sequence[MarketEvidence]
) -> int:
    """Insert or update the evidence of a job; return the number of items."""
    items = [
        EvidenceItem(
            job_id=job.id,
            place=place,
            organization_id=job.organization_id,
            owner_id=job.owner_id,
            question=input.question,
            market=input.market,
            decision=input.decision,
            statement=one.text,
            quotation=one.quotation,
            source_title=one.title[:SOURCE_LENGTH],  # a page without a title has its URL as title
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
