"""Values of the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

ENDED = frozenset({"completed", "failed", "cancelled"})


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with a request: where (a JSON pointer), a stable code, and what."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a job failed, or why its last attempt did."""

    code: str
    message: str
    retryable: bool
    attempt: int


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job at the time of the response."""

    id: str
    type: str
    state: str
    """waiting, scheduled, pending, running, completed, failed or cancelled."""
    progress: int
    """Percent."""
    message: str
    attempt: int
    input: Mapping[str, Any]
    output: Any
    """None until it has completed."""
    error: Failure | None
    created_at: datetime
    finished_at: datetime | None
    data: Mapping[str, Any] = field(repr=False)
    """The whole response, with labels, usage, links and fields of later versions."""

    @property
    def has_ended(self) -> bool:
        """Whether it completed, failed or was cancelled."""
        return self.state in ENDED

    @property
    def is_found(self) -> bool:
        """Whether a submission returned this existing job, because of `unique` or `debounce`."""
        return bool(self.data.get("found", False))

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Create a job from the JSON of the API."""
        error, finished_at = data["error"], data["finished_at"]
        return cls(
            **{name: data[name] for name in PLAIN},
            error=Failure(**{name: error[name] for name in FAILURE}) if error else None,
            created_at=_time(data["created_at"]),
            finished_at=_time(finished_at) if finished_at else None,
            data=data,
        )


PLAIN = ("id", "type", "state", "progress", "message", "attempt", "input", "output")
FAILURE = ("code", "message", "retryable", "attempt")


@dataclass(frozen=True, kw_only=True)
class Event:
    """One server-sent event of a job's stream."""

    name: str
    """snapshot, state, step, progress, delta, reset or end."""
    data: Any
    """For `snapshot` and `end` the job, as `Job.read` takes it."""
    id: str
    """The number of the newest log entry that the stream has sent; empty before the first."""


def _time(text: str) -> datetime:
    """Read an RFC 3339 time."""
    return datetime.fromisoformat(text)
