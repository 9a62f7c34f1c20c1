"""Everything that Conveyor raises, in one tree.

ConveyorError                     has a stable `code` and a message for the reader
├── Refused                       what a caller asked for is not done; nothing was stored
│   ├── UnknownJobType
│   ├── InvalidSubmission         with a JSON pointer per fault
│   ├── LimitReached              names the limit, its size and what is in use
│   ├── TooManyRequests           says when to come back
│   ├── TooManyStreams
│   ├── QuotaExceeded             the organization's room for files is used up
│   ├── WrongState                the job's state forbids it
│   └── NotFound                  it is not there, or not the caller's
└── AttemptError                  raised by a handler: how this attempt failed
    ├── TransientError            retried
    │   └── RateLimited           retried, not before `retry_after`; the attempt is excused
    ├── InvalidOutput             retried once
    ├── InvalidInput              not retried
    │   └── ContextExceeded       the model holds less than it was told
    ├── PartFailed                not retried: its parts were, each by itself
    ├── AuthenticationFailed      not retried
    └── TimedOut                  not retried

Interrupted (BaseException)       ends an attempt from outside; a handler's `except Exception`
├── JobCancelled                  does not see it, `finally` and context managers do
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
    """An error with a stable code and a message that says what happened and what to do."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(ConveyorError):
    """The request was refused, and nothing was stored."""

    code = "refused"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with an input: where (a JSON pointer, RFC 6901), a stable code, and what."""

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
        """Say what was refused and why, a line for each fault."""
        return "\n".join([self.message, *(f"  {f.pointer}: {f.detail}" for f in self.faults)])


class LimitReached(Refused):
    """So many jobs are active that this one is not admitted."""

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


class TooManyRequests(Refused):
    """The caller asks more often than it may."""

    code = "too_many_requests"

    def __init__(self, quota: int, window: timedelta, wait: int) -> None:
        super().__init__(
            f"The rate limit of {quota} requests in {window.total_seconds():g} seconds is reached. "
            f"Try again in {wait} seconds."
        )
        self.retry_after = timedelta(seconds=wait)


class TooManyStreams(Refused):
    """The user has as many streams open as one may have."""

    code = "too_many_streams"
    retry_after = timedelta(seconds=15)

    def __init__(self, limit: int) -> None:
        super().__init__(f"The limit of {limit} open streams per user is reached. Close one.")


class QuotaExceeded(Refused):
    """The organization has no room for what is to be stored."""

    code = "quota_exceeded"

    def __init__(self, *, quota: int, in_use: int, asked: int) -> None:
        super().__init__(
            f"The storage quota is reached: the upload has {asked:,} bytes, and {in_use:,} of "
            f"{quota:,} bytes are in use. Delete documents that you no longer need."
        )


class WrongState(Refused):
    """The job's state forbids what was asked."""

    code = "wrong_state"


class NotFound(Refused):
    """It does not exist, or it is not the caller's: which of the two is not said."""

    code = "not_found"


class AttemptError(ConveyorError):
    """How an attempt failed. The message is shown to the job's owner."""

    code = "attempt_failed"


class TransientError(AttemptError):
    """Something outside failed for now: connection refused, time-out, HTTP 5xx.

    `retry_after` is the least that is waited before it is tried again.
    """

    code = "transient"
    retry_after = timedelta(0)

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        if retry_after is not None:
            self.retry_after = retry_after


class RateLimited(TransientError):
    """A provider said "later" (HTTP 429)."""

    code = "rate_limited"


class InvalidOutput(AttemptError):
    """A model or a handler returned something that does not fit the schema."""

    code = "invalid_output"


class InvalidInput(AttemptError):
    """The input turned out to be unusable; another try would end the same way."""

    code = "invalid_input"


class ContextExceeded(InvalidInput):
    """A prompt has more tokens than the model holds."""

    code = "context_exceeded"


class PartFailed(AttemptError):
    """A job that does a part of this one's work has failed or was cancelled."""

    code = "part_failed"


class AuthenticationFailed(AttemptError):
    """A provider refused our credentials."""

    code = "authentication_failed"


class TimedOut(AttemptError):
    """The handler ran longer than its type allows."""

    code = "timeout"


class Interrupted(BaseException):
    """Ends an attempt from outside. Clean up in `finally`; do not catch it."""


class JobCancelled(Interrupted):
    """Somebody asked for the job to be cancelled."""


class LeaseLost(Interrupted):
    """The job is no longer this attempt's: it was rescued, or has ended. Write nothing more."""


class HandedBack(Interrupted):
    """The worker shuts down; the job goes back to `pending` and the attempt is excused."""


class Snoozed(Interrupted):
    """The handler asked to be run again later, without using up an attempt."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"again in {wait}")
        self.wait = wait


class Split(Interrupted):
    """The handler leaves its work to parts, and is run again when they have ended."""

    def __init__(self, inputs: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(f"split into {len(inputs)} parts")
        self.inputs = inputs
