"""Failures: how exceptions become the `error` for the owner and the traceback for operators."""

import traceback
from dataclasses import dataclass
from typing import Any

from jobs.errors import ConveyorError
from jobs.lifecycle.storable import clean_text

INTERNAL_ERROR = "internal_error"
MAX_MESSAGE_CHARACTERS = 4000
MAX_TRACEBACK_CHARACTERS = 50_000
"""Longer tracebacks keep their beginning and their end, which has the exception."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why an attempt failed."""

    code: str
    """Stable code for programs."""
    message: str
    """What happened and what to do, for the owner of the job."""
    retryable: bool
    """Whether an explicit retry can succeed."""
    traceback: str = ""
    """For operators only."""

    def as_json(self, attempt: int) -> dict[str, Any]:
        """Return the `error` of a job."""
        return {
            "code": self.code,
            "message": self.message,
            "retryable": self.retryable,
            "attempt": attempt,
        }


EXPIRED = Failure(
    code="expired",
    message="No worker started this job in time. Check that workers run, then retry the job.",
    retryable=True,
)
DEPENDENCY_FAILED = Failure(
    code="dependency_failed",
    message="A job that this job depends on failed or was cancelled, so this job did not run.",
    retryable=False,
)
TIMED_OUT = Failure(
    code="timeout",
    message="The job exceeded the timeout of its type. Submit it with less input.",
    retryable=True,
)


def worker_lost(cause: str) -> Failure:
    """Return the failure of an attempt whose worker was lost; `cause` is a sentence."""
    return Failure(code="worker_lost", message=cause, retryable=True)


def failure_of(error: BaseException, *, retryable: bool) -> Failure:
    """Convert an exception to a `Failure`.

    The owner of the job sees the message of a `ConveyorError`. The text of any other exception may
    contain secrets or internals, so the owner gets a generic message, and operators the traceback.
    """
    trace = _format_traceback(error)
    if isinstance(error, ConveyorError):
        message = clean_text(str(error.message), MAX_MESSAGE_CHARACTERS)
        return Failure(code=error.code, message=message, retryable=retryable, traceback=trace)
    return Failure(
        code=INTERNAL_ERROR,
        message=f"{_describe(error)} ended this attempt. An operator can see the details.",
        retryable=retryable,
        traceback=trace,
    )


def _describe(error: BaseException) -> str:
    if isinstance(error, Exception):
        return "An unexpected error"
    if isinstance(error, SystemExit):
        code = error.code if isinstance(error.code, int | None) else 1
        return f"An exit with code {code or 0}, which the handler requested,"
    return f"An exception of class {type(error).__name__}"


def _format_traceback(error: BaseException) -> str:
    trace = clean_text("".join(traceback.format_exception(error)))
    if len(trace) <= MAX_TRACEBACK_CHARACTERS:
        return trace
    half = MAX_TRACEBACK_CHARACTERS // 2
    return f"{trace[:half]}\n[... {len(trace) - 2 * half:,} characters ...]\n{trace[-half:]}"
