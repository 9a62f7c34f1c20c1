"""Why a job failed: what its owner reads, what operators read, and how errors become that."""

import traceback
from dataclasses import dataclass
from typing import Any

from jobs.errors import ConveyorError

UNEXPECTED = "internal_error"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why an attempt failed."""

    code: str
    """Stable, for programs."""
    message: str
    """For the job's owner: what happened, what to do."""
    retryable: bool
    """Whether an explicit retry may help."""
    traceback: str = ""
    """For operators only."""

    def as_json(self, attempt: int) -> dict[str, Any]:
        """Give the `error` of a job."""
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
    """Turn an exception into what is stored.

    Our own errors speak for themselves; the text of any other may hold secrets or internals, so
    the owner reads only that something broke, and operators read the traceback.
    """
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, ConveyorError):
        return Failure(code=error.code, message=error.message, retryable=retryable, traceback=trace)
    return Failure(
        code=UNEXPECTED,
        message="An unexpected error ended this attempt. An operator can see the details.",
        retryable=retryable,
        traceback=trace,
    )
