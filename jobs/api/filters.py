"""The filters of job lists, summaries, analytics and bulk retries."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from jobs.api.request_bodies import LabelName, LabelValue, Timestamp, validate_query
from jobs.errors import InvalidSubmission
from jobs.models import Job, search
from jobs.models.states import ACTIVE, TERMINAL, State
from jobs.submission.validation import faults_of

LABEL = "label."
LABELS = TypeAdapter(dict[LabelName, LabelValue])

FILTERS = [
    OpenApiParameter("state", str, many=True, enum=[state.value for state in State]),
    OpenApiParameter("type", str, many=True, description="Name of a job type."),
    OpenApiParameter("batch", OpenApiTypes.UUID),
    OpenApiParameter(
        "subject", {"type": "string", "maxLength": 200}, description="The exact subject of the job."
    ),
    OpenApiParameter("created_after", OpenApiTypes.DATETIME),
    OpenApiParameter("created_before", OpenApiTypes.DATETIME),
    OpenApiParameter("finished_after", OpenApiTypes.DATETIME),
    OpenApiParameter("finished_before", OpenApiTypes.DATETIME),
    OpenApiParameter(
        "q",
        {"type": "string", "maxLength": 200},
        description=(
            "Words to search for in message, error and labels, for example "
            '`harbour -draft "no such company"`.'
        ),
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
        description=(
            "`label.NAME=VALUE` selects jobs whose label NAME is VALUE. If you send several, a job "
            "must match all of them."
        ),
    ),
]


class JobFilter(BaseModel):
    """Query parameters that select jobs. A job must match all of them."""

    model_config = ConfigDict(extra="forbid")

    state: list[State] = Field(default_factory=list)
    type: list[str] = Field(default_factory=list)
    batch: UUID | None = None
    subject: str | None = Field(None, max_length=200)
    created_after: Timestamp | None = None
    created_before: Timestamp | None = None
    finished_after: Timestamp | None = None
    finished_before: Timestamp | None = None
    q: str | None = Field(None, max_length=200)

    @property
    def lookups(self) -> dict[str, Any]:
        """The filter as lookups of a Django queryset."""
        lookups = {
            "state__in": self.state or None,
            "type__in": self.type or None,
            "batch_id": self.batch,
            "subject": self.subject,
            "created_at__gt": self.created_after,
            "created_at__lt": self.created_before,
            "finished_at__gt": self.finished_after,
            "finished_at__lt": self.finished_before,
        }
        return {name: value for name, value in lookups.items() if value is not None}


def filter_jobs(
    jobs: QuerySet[Job], query: QueryDict, *, ignore: frozenset[str] = frozenset()
) -> QuerySet[Job]:
    """Return the jobs that match the query parameters; raises `InvalidSubmission`.

    Parts of split jobs are included only if the query names their batch.
    """
    labels = {name: str(query[name]) for name in query if name.startswith(LABEL)}
    criteria = validate_query(JobFilter, query, ignore=ignore | labels.keys())
    if criteria.batch is None:
        jobs = jobs.filter(parent=None)
    if criteria.q:
        found = _in_each_index(words=search.query(criteria.q))
        jobs = jobs.alias(words=search.WITH_TYPE).filter(found)
    if labels:
        jobs = jobs.filter(_in_each_index(labels__contains=_validate_labels(labels)))
    return jobs.filter(**criteria.lookups)


def _in_each_index(**lookup: Any) -> Q:
    """Return the lookup, in a form for which PostgreSQL can use an index of ended jobs only.

    Active jobs are few, and it finds them by another index.
    """
    ended, active = (sorted(states) for states in (TERMINAL, ACTIVE))
    return Q(state__in=ended, **lookup) | Q(state__in=active, **lookup)


def _validate_labels(parameters: dict[str, str]) -> dict[str, str]:
    try:
        return LABELS.validate_python(
            {name.removeprefix(LABEL): value for name, value in parameters.items()}
        )
    except ValidationError as error:
        faults = faults_of(error, "/label")
        raise InvalidSubmission("The query parameters are not valid.", faults) from None
