"""Request bodies and query parameters as pydantic models: strict, without unknown fields."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID

from django.http import QueryDict
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
from jobs.models.clock import database_clock
from jobs.models.states import State
from jobs.submission.debounce import Debounce
from jobs.submission.submit import MAX_BATCH_JOBS, JobOptions
from jobs.submission.uniqueness import Unique
from jobs.submission.validation import faults_of

M = TypeVar("M", bound=BaseModel)

MAX_FUTURE = timedelta(days=366)
"""The latest `run_at` of a job from now, and the longest retention."""
MAX_WAIT_SECONDS = 60
"""The longest `wait` of a long poll."""
DATE = re.compile(r"\d{4}-\d\d-\d\d")
MAX_NUMBER_DIGITS = 10
"""Of a number in a query. Python rejects numbers with thousands of digits."""
MAX_CURSOR_CHARACTERS = 1000
"""Of the `last` event id of a stream; a cursor with the maximum number of gaps is shorter."""


def _require_rfc3339(value: Any) -> Any:
    """Reject seconds since 1970, which pydantic would accept."""
    if isinstance(value, int | float) or (isinstance(value, str) and not DATE.match(value)):
        raise ValueError("the time must be in RFC 3339 format, as 2026-01-31T12:00:00Z")
    return value


def parse_integer(text: str, *, maximum: int) -> int | None:
    """Parse an integer from 1 to `maximum` of a query; `None` if the text is not one."""
    is_number = text.isdecimal() and text.isascii() and len(text) <= MAX_NUMBER_DIGITS
    return int(text) if is_number and 1 <= int(text) <= maximum else None


def _to_utc(time: datetime) -> datetime:
    """Convert a time to UTC; raises `ValueError` for one that is out of range there."""
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time is out of range") from None


# Strict mode would reject the value that the validator passes on; `_require_rfc3339` is strict.
Timestamp = Annotated[
    AwareDatetime, Strict(False), BeforeValidator(_require_rfc3339), AfterValidator(_to_utc)
]
"""A time with a zone (RFC 3339), converted to UTC: a database may not know the zone."""
LabelName = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[A-Za-z0-9._-]+$")]
LabelValue = Annotated[str, Field(max_length=200)]


Key = Annotated[str, Field(min_length=1, max_length=200)]
Seconds = Annotated[int, Field(ge=1, le=int(MAX_FUTURE.total_seconds()))]


class UniqueRequest(BaseModel):
    """Store the job only if no other job of the organization and type has the same key."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: Key | None = Field(None, description="Default: computed from the input.")
    period: Seconds | None = Field(
        None, description="Seconds: jobs that were submitted longer ago do not count."
    )
    states: list[Annotated[State, Strict(False)]] | None = Field(
        None,
        min_length=1,
        description=(
            "States in which another job counts. Default: waiting, scheduled, pending and running; "
            "with a period also completed."
        ),
    )

    @property
    def option(self) -> Unique:
        period = None if self.period is None else timedelta(seconds=self.period)
        return Unique(key=self.key, period=period, states=self.states)


class DebounceRequest(BaseModel):
    """Delay the job, and let later submissions with the same key replace its input."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: Key = Field(description="Submissions with the same key share one job.")
    seconds: Seconds = Field(description="Time from the last submission to the start.")
    max_seconds: Seconds | None = Field(
        None, description="Maximum time from the first submission to the start. Default: none."
    )

    @model_validator(mode="after")
    def _check_maximum(self) -> Self:
        if self.max_seconds is not None and self.max_seconds < self.seconds:
            raise ValueError("max_seconds must be at least seconds")
        return self

    @property
    def option(self) -> Debounce:
        return Debounce(key=self.key, seconds=self.seconds, max_seconds=self.max_seconds)


class SubmitRequest(BaseModel):
    """A job to submit."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: str = Field(description="Name of the job type.", examples=["classify_documents"])
    input: dict[str, Any] = Field(description="The input, as the job type's schema defines it.")
    priority: int | None = Field(
        None, ge=0, le=9, description="A higher priority runs first. The default is 5."
    )
    run_at: Timestamp | None = Field(None, description="The job does not run before this time.")
    depends_on: list[Annotated[UUID, Strict(False)]] = Field(
        default_factory=list, max_length=100, description="Ids of jobs that must complete first."
    )
    on_dependency_failure: Literal["cancel", "run"] = "cancel"
    labels: dict[LabelName, LabelValue] = Field(default_factory=dict, max_length=20)
    subject: str = Field("", max_length=200, description="A reference to what the job is about.")
    max_attempts: int | None = Field(None, ge=1, le=20)
    webhook_url: str = Field(
        "", max_length=2000, description="The events of this job are sent to this URL."
    )
    retention: int | None = Field(
        None,
        ge=60,
        le=int(MAX_FUTURE.total_seconds()),
        description="Seconds to keep the job after its end. Default: the job type's retention.",
    )
    unique: UniqueRequest | None = Field(
        None, description="Return an existing job that matches, instead of storing this one."
    )
    debounce: DebounceRequest | None = Field(
        None,
        description=(
            "Start the job only when no other submission with its key has arrived for some time. "
            "Excludes `run_at`, `depends_on`, `unique` and batches."
        ),
    )

    @model_validator(mode="after")
    def _check_run_at(self) -> Self:
        if self.run_at is not None and self.run_at > database_clock.now() + MAX_FUTURE:
            raise ValueError(f"run_at may be at most {MAX_FUTURE.days} days from now")
        return self

    @property
    def options(self) -> JobOptions:
        """All fields except `type` and `input`."""
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
            unique=None if self.unique is None else self.unique.option,
            debounce=None if self.debounce is None else self.debounce.option,
        )


class BatchRequest(BaseModel):
    """Jobs to submit: all of them or none."""

    model_config = ConfigDict(extra="forbid", strict=True)

    jobs: list[SubmitRequest] = Field(min_length=1, max_length=MAX_BATCH_JOBS)


class ReadQuery(BaseModel):
    """Query parameters of reading a job."""

    model_config = ConfigDict(extra="forbid")

    wait: int | None = Field(None, ge=1, le=MAX_WAIT_SECONDS)


class EmptyQuery(BaseModel):
    """No query parameters."""

    model_config = ConfigDict(extra="forbid")


class FollowQuery(BaseModel):
    """Query parameters of a stream."""

    model_config = ConfigDict(extra="forbid")

    last: str = Field("", max_length=MAX_CURSOR_CHARACTERS)


def validate_body(model: type[M], data: Any) -> M:
    """Validate a decoded JSON body; raises `InvalidSubmission` with one fault per error."""
    try:
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        raise InvalidSubmission("The request body is not valid.", faults_of(error)) from None


def validate_query(model: type[M], query: QueryDict, *, ignore: frozenset[str] = frozenset()) -> M:
    """Validate query parameters, except those in `ignore`; raises `InvalidSubmission`.

    A parameter may be repeated if it is a list field of the model.
    """
    values: dict[str, Any] = {}
    lists = {name for name, field in model.model_fields.items() if field.default_factory is list}
    if faults := [*_find_faults(query, lists)]:
        raise InvalidSubmission("The query parameters are not valid.", faults)
    for name in query.keys() - ignore:
        values[name] = query.getlist(name) if name in lists else query[name]
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InvalidSubmission("The query parameters are not valid.", faults_of(error)) from None


def _find_faults(query: QueryDict, lists: set[str]) -> Iterator[Fault]:
    for name, values in query.lists():
        if any("\x00" in value for value in values):
            detail = "The value contains a NUL character. Remove it."
            yield Fault(pointer=f"/{name}", code="nul", detail=detail)
        elif len(values) > 1 and name not in lists:
            detail = "The parameter is repeated. Send it once."
            yield Fault(pointer=f"/{name}", code="repeated", detail=detail)
