"""The exception classes of Conveyor.

ConveyorError                     has a stable `code` and a message for the reader
├── Refused                       the request was rejected; nothing was stored
│   ├── UnknownJobType
│   ├── InvalidSubmission         with a JSON pointer per fault
│   ├── LimitReached              names the limit, its size and how much is in use
│   ├── TooManyForLimit           more jobs in one request than a limit allows
│   ├── TooManyRequests           with the time after which to try again
│   ├── TooManyStreams
│   ├── QuotaExceeded             the storage quota of the organization is reached
│   ├── WrongState                not allowed in the current state of the job
│   └── NotFound                  does not exist, or belongs to another tenant
└── AttemptError                  raised by a handler: how this attempt failed
    ├── TransientError            retried
    │   └── RateLimited           retried, not before `retry_after`; the attempt is uncounted
    ├── InvalidOutput             retried once
    │   └── UnstorableOutput      not retried: the result is not JSON that can be stored
    ├── InvalidInput              not retried
    │   └── ContextExceeded       the prompt is longer than the context window of the model
    ├── PartFailed                not retried: each part has its own retries
    ├── AuthenticationFailed      not retried
    └── TimedOut                  not retried

Interrupted (BaseException)       ends an attempt from outside. `except Exception` in a handler
├── JobCancelled                  does not catch it; `finally` and context managers run
├── TimeLimitReached
├── LeaseLost
├── HandedBack
├── Snoozed
└── Split
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


class ConveyorError(Exception):
    """An error with a stable code, and a message that says what happened and what to do."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(ConveyorError):
    """The request was rejected, and nothing was stored."""

    code = "refused"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault of an input: its place (a JSON pointer, RFC 6901), a code and a sentence."""

    pointer: str
    code: str
    detail: str


class UnknownJobType(Refused):
    """No job type has this name."""

    code = "unknown_job_type"


class InvalidSubmission(Refused):
    """The input does not fit the schema."""

    code = "invalid_input"

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        """Return the message, followed by one line per fault."""
        return "\n".join([self.message, *(f"  {f.pointer}: {f.detail}" for f in self.faults)])


class LimitReached(Refused):
    """The maximum number of active jobs is reached."""

    code = "limit_reached"

    def __init__(self, limit: str, *, size: int, in_use: int, retry_after: timedelta) -> None:
        super().__init__(
            f"The limit of {size} active jobs per {limit} is reached ({in_use} are active). "
            "Wait until one ends, or cancel one."
        )
        self.limit = limit
        self.size = size
        self.in_use = in_use
        self.retry_after = retry_after


class TooManyForLimit(Refused):
    """The request has more jobs than a limit allows at all; waiting does not help."""

    code = "too_many_for_limit"

    def __init__(self, limit: str, *, size: int, requested: int) -> None:
        super().__init__(
            f"The request has {requested} jobs of one type, but the limit is {size} active jobs "
            f"per {limit}. Send at most {size} at once, or ask an operator to raise the limit."
        )
        self.limit = limit
        self.size = size
        self.requested = requested


class TooManyRequests(Refused):
    """The caller exceeds its rate limit."""

    code = "too_many_requests"

    def __init__(self, quota: int, window: timedelta, wait: int) -> None:
        super().__init__(
            f"The rate limit of {quota} requests in {window.total_seconds():g} seconds is reached. "
            f"Try again in {wait} seconds."
        )
        self.retry_after = timedelta(seconds=wait)


class TooManyStreams(Refused):
    """The user has the maximum number of open streams."""

    code = "too_many_streams"
    retry_after = timedelta(seconds=15)

    def __init__(self, limit: int) -> None:
        super().__init__(f"The limit of {limit} open streams per user is reached. Close one.")


class QuotaExceeded(Refused):
    """The upload exceeds the storage quota of the organization."""

    code = "quota_exceeded"

    def __init__(self, *, quota: int, in_use: int, asked: int) -> None:
        super().__init__(
            f"The storage quota is reached: the upload has {asked:,} bytes, and {in_use:,} of "
            f"{quota:,} bytes are in use. Delete documents that you no longer need."
        )


class WrongState(Refused):
    """The state of the job does not allow this action."""

    code = "wrong_state"


class NotFound(Refused):
    """The object does not exist, or belongs to another tenant. Callers cannot tell which."""

    code = "not_found"


class AttemptError(ConveyorError):
    """How an attempt failed. The owner of the job sees the message."""

    code = "attempt_failed"


class TransientError(AttemptError):
    """A temporary failure of another service: connection refused, time-out, HTTP 5xx.

    `retry_after` is the minimum wait before the next attempt.
    """

    code = "transient"
    retry_after = timedelta(0)

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        if retry_after is not None:
            self.retry_after = retry_after


class RateLimited(TransientError):
    """A provider limits the rate of requests (HTTP 429)."""

    code = "rate_limited"


class InvalidOutput(AttemptError):
    """A model or a handler returned output that does not match the schema."""

    code = "invalid_output"


class UnstorableOutput(InvalidOutput):
    """A handler produced a value that cannot be stored: NaN, a NUL character, or no JSON at all."""


class InvalidInput(AttemptError):
    """The input cannot be used; another attempt would fail in the same way."""

    code = "invalid_input"


class ContextExceeded(InvalidInput):
    """A prompt is longer than the context window of the model."""

    code = "context_exceeded"


class PartFailed(AttemptError):
    """A part of the job failed or was cancelled."""

    code = "part_failed"


class AuthenticationFailed(AttemptError):
    """A provider rejected the configured credentials."""

    code = "authentication_failed"


class TimedOut(AttemptError):
    """The handler ran longer than the timeout of its type."""

    code = "timeout"


class Interrupted(BaseException):
    """Ends an attempt from outside. Clean up in `finally`; do not catch it."""


class JobCancelled(Interrupted):
    """Cancellation of the job was requested."""


class TimeLimitReached(Interrupted):
    """The attempt has run for the timeout of its type; it fails with `timeout`."""


class LeaseLost(Interrupted):
    """The attempt no longer owns the job: it was rescued, or has ended. Write nothing more."""


class HandedBack(Interrupted):
    """The worker is shutting down. The job returns to `pending`; the attempt is uncounted."""


class Snoozed(Interrupted):
    """The handler ends this attempt, which is uncounted, and runs again later."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"snoozed for {wait}")
        self.wait = wait


class Split(Interrupted):
    """The handler splits its work into parts, and runs again when they have ended."""

    def __init__(self, inputs: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(f"split into {len(inputs)} parts")
        self.inputs = inputs
