"""Bodies and queries of requests, as pydantic models: strict, and closed to unknown fields."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    model_validator,
)

from jobs.errors import Fault, InvalidSubmission
from jobs.submission.submit import MAX_BATCH_JOBS, JobOptions
from jobs.submission.validation import faults_of

M = TypeVar("M", bound=BaseModel)

FARTHEST = timedelta(days=366)
"""How far in the future a job may be scheduled, and how long it may be kept."""
LONGEST_WAIT = 60
"""Seconds that a client may wait for a job to change."""
DATE = re.compile(r"\d{4}-\d\d-\d\d")
LONGEST_NUMBER = 10
"""Digits of a number in a query; Python refuses to read some thousands of them."""
LONGEST_CURSOR = 1000
"""Characters of an event's id; one with all its holes has fewer."""


def _written(value: Any) -> Any:
    """Refuse seconds since 1970, which pydantic would take."""
    if isinstance(value, int | float) or (isinstance(value, str) and not DATE.match(value)):
        raise ValueError("the time must be in RFC 3339 format, as 2026-01-31T12:00:00Z")
    return value


def whole(given: str, most: int) -> int | None:
    """Read a number from 1 to `most` of a query; give `None` for what is no such number."""
    few = given.isdecimal() and given.isascii() and len(given) <= LONGEST_NUMBER
    return int(given) if few and 1 <= int(given) <= most else None


def _in_utc(moment: datetime) -> datetime:
    """Move a time to UTC; what is beyond the calendar there, no database could store."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time is out of range") from None


# Not strict, as what a validator hands on is no JSON any more; `_written` is.
Moment = Annotated[AwareDatetime, Strict(False), BeforeValidator(_written), AfterValidator(_in_utc)]
"""A time with its zone (RFC 3339), in UTC: databases know fewer zones."""
LabelName = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[A-Za-z0-9._-]+$")]
LabelValue = Annotated[str, Field(max_length=200)]


class SubmitRequest(BaseModel):
    """A job to be done."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: str = Field(description="Name of the job type.", examples=["classify_documents"])
    input: dict[str, Any] = Field(description="As the job type's schema says.")
    priority: int | None = Field(None, ge=0, le=9, description="Higher runs first; 5 is normal.")
    run_at: Moment | None = Field(None, description="Not before this time.")
    depends_on: list[Annotated[UUID, Strict(False)]] = Field(
        default_factory=list, max_length=100, description="Jobs that must complete first."
    )
    on_dependency_failure: Literal["cancel", "run"] = "cancel"
    labels: dict[LabelName, LabelValue] = Field(default_factory=dict, max_length=20)
    subject: str = Field("", max_length=200, description="What it is about: a decision, say.")
    max_attempts: int | None = Field(None, ge=1, le=20)
    webhook_url: str = Field("", max_length=2000, description="Told of this job's events.")
    retention: int | None = Field(
        None,
        ge=60,
        le=int(FARTHEST.total_seconds()),
        description="Seconds that the job is kept after its end; the type's own if not given.",
    )

    @model_validator(mode="after")
    def _not_too_far(self) -> Self:
        if self.run_at is not None and self.run_at > timezone.now() + FARTHEST:
            raise ValueError(f"run_at may be at most {FARTHEST.days} days from now")
        return self

    @property
    def terms(self) -> JobOptions:
        """What the submission says beside type and input."""
        return JobOptions(
            priority=self.priority,
            run_at=self.run_at,
            depends_on=tuple(self.depends_on),
            runs_after_failure=self.on_dependency_failure == "run",
            labels=self.labels,
            subject=self.subject,
            max_attempts=self.max_attempts,
            webhook_url=self.webhook_url,
            retention=None if self.retention is None else timedelta(seconds=self.retention),
        )


class BatchRequest(BaseModel):
    """Jobs to be done, all of them or none."""

    model_config = ConfigDict(extra="forbid", strict=True)

    jobs: list[SubmitRequest] = Field(min_length=1, max_length=MAX_BATCH_JOBS)


class ReadQuery(BaseModel):
    """How a job is to be read."""

    model_config = ConfigDict(extra="forbid")

    wait: int | None = Field(None, ge=1, le=LONGEST_WAIT)


class EmptyQuery(BaseModel):
    """No parameters."""

    model_config = ConfigDict(extra="forbid")


class FollowQuery(BaseModel):
    """From where on a stream is to be read."""

    model_config = ConfigDict(extra="forbid")

    last: str = Field("", max_length=LONGEST_CURSOR)


def validated(model: type[M], data: Any) -> M:
    """Validate a decoded JSON body; raise `InvalidSubmission` with a fault for each thing wrong."""
    try:
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        raise InvalidSubmission("The request body is not valid.", faults_of(error)) from None


def validated_query(
    model: type[M], query: QueryDict, *, apart_from: frozenset[str] = frozenset()
) -> M:
    """Validate query parameters; a parameter that may be repeated is a list field of the model."""
    given: dict[str, Any] = {}
    lists = {name for name, field in model.model_fields.items() if field.default_factory is list}
    if faults := [*_unreadable(query, lists)]:
        raise InvalidSubmission("The query parameters are not valid.", faults)
    for name in query.keys() - apart_from:
        given[name] = query.getlist(name) if name in lists else query[name]
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InvalidSubmission("The query parameters are not valid.", faults_of(error)) from None


def _unreadable(query: QueryDict, lists: set[str]) -> Iterator[Fault]:
    for name, values in query.lists():
        if any("\x00" in value for value in values):
            detail = "The value contains a NUL character. Remove it."
            yield Fault(pointer=f"/{name}", code="nul", detail=detail)
        elif len(values) > 1 and name not in lists:
            detail = "The parameter is repeated. Send it once."
            yield Fault(pointer=f"/{name}", code="repeated", detail=detail)
