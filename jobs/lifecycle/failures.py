"""Failures: how exceptions become the `error` for the owner and the traceback for operators."""

import traceback
from dataclasses import dataclass
from typing import Any

from jobs.errors import ConveyorError

INTERNAL_ERROR = "internal_error"


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
WORKER_LOST = Failure(
    code="worker_lost",
    message="The worker was lost too often while it ran this job. The job may be the cause.",
    retryable=True,
)


def failure_of(error: BaseException, *, retryable: bool) -> Failure:
    """Convert an exception to a `Failure`.

    The owner of the job sees the message of a `ConveyorError`. The text of any other exception may
    contain secrets or internals, so the owner gets a generic message, and operators the traceback.
    """
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, ConveyorError):
        return Failure(code=error.code, message=error.message, retryable=retryable, traceback=trace)
    return Failure(
        code=INTERNAL_ERROR,
        message="An unexpected error ended this attempt. An operator can see the details.",
        retryable=retryable,
        traceback=trace,
    )
