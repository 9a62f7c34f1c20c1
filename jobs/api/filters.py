"""Which jobs a list, a summary or a bulk retry is about."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from jobs.api.request_bodies import LabelName, LabelValue, Moment, validated_query
from jobs.errors import InvalidSubmission
from jobs.models import Job, search
from jobs.models.states import State
from jobs.submission.validation import faults_of

LABEL = "label."
LABELS = TypeAdapter(dict[LabelName, LabelValue])

FILTERS = [
    OpenApiParameter("state", str, many=True, enum=[state.value for state in State]),
    OpenApiParameter("type", str, many=True, description="Name of a job type."),
    OpenApiParameter("batch", OpenApiTypes.UUID),
    OpenApiParameter(
        "subject", {"type": "string", "maxLength": 200}, description="What they are about, exactly."
    ),
    OpenApiParameter("created_after", OpenApiTypes.DATETIME),
    OpenApiParameter("created_before", OpenApiTypes.DATETIME),
    OpenApiParameter("finished_after", OpenApiTypes.DATETIME),
    OpenApiParameter("finished_before", OpenApiTypes.DATETIME),
    OpenApiParameter(
        "q",
        {"type": "string", "maxLength": 200},
        description='Words in message, error and labels: `harbour -draft "no such company"`.',
    ),
    OpenApiParameter(
        "labels",
        {
            "type": "object",
            "propertyNames": {"pattern": r"^label\.[A-Za-z0-9._-]{1,63}$"},
            "additionalProperties": {"type": "string", "maxLength": 200},
        },
        style="form",
        explode=True,
        description="`label.NAME=VALUE`: jobs whose label NAME is VALUE; all that are given count.",
    ),
]


class JobFilter(BaseModel):
    """The parameters of a filter; each narrows the jobs down."""

    model_config = ConfigDict(extra="forbid")

    state: list[State] = Field(default_factory=list)
    type: list[str] = Field(default_factory=list)
    batch: UUID | None = None
    subject: str | None = Field(None, max_length=200)
    created_after: Moment | None = None
    created_before: Moment | None = None
    finished_after: Moment | None = None
    finished_before: Moment | None = None
    q: str | None = Field(None, max_length=200)

    @property
    def lookups(self) -> dict[str, Any]:
        """The filter in Django's words."""
        given = {
            "state__in": self.state or None,
            "type__in": self.type or None,
            "batch_id": self.batch,
            "subject": self.subject,
            "created_at__gt": self.created_after,
            "created_at__lt": self.created_before,
            "finished_at__gt": self.finished_after,
            "finished_at__lt": self.finished_before,
            "words": search.query(self.q) if self.q else None,
        }
        return {name: value for name, value in given.items() if value is not None}


def narrowed(
    jobs: QuerySet[Job], query: QueryDict, *, apart_from: frozenset[str] = frozenset()
) -> QuerySet[Job]:
    """Give those jobs that a query asks for; raise `InvalidSubmission` for what is none.

    The parts of a job are among them only where their batch is asked for.
    """
    labels = {name: str(query[name]) for name in query if name.startswith(LABEL)}
    wanted = validated_query(JobFilter, query, apart_from=apart_from | labels.keys())
    if wanted.batch is None:
        jobs = jobs.filter(batch__gathered_by=None)
    if wanted.q:
        jobs = jobs.alias(words=search.WITH_TYPE)
    if labels:
        jobs = jobs.filter(labels__contains=_labels(labels))
    return jobs.filter(**wanted.lookups)


def _labels(given: dict[str, str]) -> dict[str, str]:
    try:
        return LABELS.validate_python(
            {name.removeprefix(LABEL): value for name, value in given.items()}
        )
    except ValidationError as error:
        faults = faults_of(error, "/label")
        raise InvalidSubmission("The query parameters are not valid.", faults) from None
