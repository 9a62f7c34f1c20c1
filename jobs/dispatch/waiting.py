"""Why a job is waiting: the one function that answers this for the API, the admin and commands."""

import heapq
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import redis
from django.db import connection

from jobs import registry
from jobs.dispatch import run_limits
from jobs.dispatch.pauses import pauses_of
from jobs.errors import UnknownJobType
from jobs.models import Job, Pause
from jobs.models.clock import database_clock
from jobs.models.states import TERMINAL, State
from jobs.redis import heartbeats

MAX_LISTED_JOBS = 20
DEFAULT_DURATION_SECONDS = 30.0
"""For a type that this process does not know and that has no history."""


class Reason(StrEnum):
    """What a job is waiting for."""

    DEPENDENCIES = "dependencies"
    PARTS = "parts"
    RUN_AT = "run_at"
    RETRY = "retry"
    PAUSED = "paused"
    LIMIT = "limit"
    NO_WORKER = "no_worker"
    POSITION = "position"


@dataclass(frozen=True, kw_only=True)
class FullLimit:
    """The limit at run time that keeps a job out of the line."""

    name: str
    size: int
    jobs: list[UUID]
    """Running jobs of the same organization that count against it, at most `MAX_LISTED_JOBS`."""


@dataclass(frozen=True, kw_only=True)
class WaitingFor:
    """Why a job has not started, and when it is likely to."""

    reason: Reason
    message: str
    """One sentence for people."""
    jobs: list[UUID] = field(default_factory=list)
    """Dependencies that have not completed, at most `MAX_LISTED_JOBS`."""
    pause: Pause | None = None
    limit: FullLimit | None = None
    position: int | None = None
    """Place in the line of its queue; 1 is next."""
    estimated_start: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LineAhead:
    """The jobs of a queue that start before a given one."""

    ahead: int
    types_ahead: list[str]
    """In their order; the first 1,000."""
    running: list[tuple[str, float]]
    """Type, and seconds since its start, of each running job of the queue."""


def explain_wait(job: Job) -> WaitingFor | None:
    """Return why a job has not started, or `None` if it is running or has ended."""
    if job.state == State.WAITING:
        return _explain_dependencies(job)
    if job.state == State.SCHEDULED:
        return _explain_schedule(job)
    return _explain_line(job) if job.state == State.PENDING else None


def _explain_line(job: Job) -> WaitingFor:
    if (pause := pauses_of(job).first()) is not None:
        return WaitingFor(reason=Reason.PAUSED, message=_describe_pause(pause), pause=pause)
    if job.blocked_by and (full := _find_full_limit(job)) is not None:
        return full
    if _has_no_worker(job.queue):
        return WaitingFor(
            reason=Reason.NO_WORKER,
            message=f"No worker takes jobs from the queue {job.queue}. Start one.",
        )
    line = read_line(job.pk)
    start = database_clock.now() + timedelta(seconds=estimate_wait(line))
    ahead = {0: "It is next", 1: "1 job is"}.get(line.ahead, f"{line.ahead:,} jobs are")
    message = f"{ahead} in the queue {job.queue}." if not line.ahead else f"{ahead} ahead of it."
    return WaitingFor(
        reason=Reason.POSITION, message=message, position=line.ahead + 1, estimated_start=start
    )


def estimate_wait(line: LineAhead) -> float:
    """Estimate in how many seconds the job behind a line starts.

    Each running job occupies a slot until its usual duration has passed; the jobs of the line take
    the slots in their order as they become free.
    """
    durations = usual_durations()
    slots = [max(0.0, _duration(name, durations) - ran) for name, ran in line.running] or [0.0]
    heapq.heapify(slots)
    for name in line.types_ahead:
        heapq.heapreplace(slots, slots[0] + _duration(name, durations))
    beyond = line.ahead - len(line.types_ahead)
    if beyond and line.types_ahead:
        usual = sum(_duration(name, durations) for name in line.types_ahead) / len(line.types_ahead)
        return slots[0] + beyond * usual / len(slots)
    return slots[0]


def read_line(job_id: UUID) -> LineAhead:
    """Read the line ahead of a pending job, across organizations: counts, and no one's jobs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM jobs_line_ahead(%s)", [job_id])
        ahead, types, running_types, running_seconds = cursor.fetchone()
    running = list(zip(running_types, running_seconds, strict=True))
    return LineAhead(ahead=ahead, types_ahead=types, running=running)


def usual_durations() -> dict[str, float]:
    """Return the median duration in seconds of the newest completed jobs of each type."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, seconds FROM jobs_usual_durations()")
        return dict(cursor.fetchall())


def _duration(type: str, measured: dict[str, float]) -> float:
    if type in measured:
        return measured[type]
    try:
        declared = registry.get(type).typical_duration
    except UnknownJobType:
        return DEFAULT_DURATION_SECONDS
    return (sum(declared, timedelta()) / 2).total_seconds()


def _explain_dependencies(job: Job) -> WaitingFor:
    if job.parts.exists():
        left = job.parts.exclude(state__in=TERMINAL).count()
        return WaitingFor(reason=Reason.PARTS, message=f"{left} of its parts have not ended.")
    open_ids = list(
        Job.objects.filter(dependants=job).exclude(state__in=TERMINAL).values_list("pk", flat=True)
    )
    number = "1 job" if len(open_ids) == 1 else f"{len(open_ids)} jobs"
    return WaitingFor(
        reason=Reason.DEPENDENCIES,
        message=f"It starts after {number} that it depends on.",
        jobs=open_ids[:MAX_LISTED_JOBS],
    )


def _explain_schedule(job: Job) -> WaitingFor:
    if job.attempt == 0:
        message = "It was submitted for a later time."
        if job.debounce_key is not None:
            message = "It starts at this time if no other submission with its debounce key arrives."
        return WaitingFor(reason=Reason.RUN_AT, message=message, estimated_start=job.run_at)
    cause = (job.error or {}).get("message", "")
    message = f"Attempt {job.attempt} did not finish. {cause}".strip()
    return WaitingFor(reason=Reason.RETRY, message=message, estimated_start=job.run_at)


def _find_full_limit(job: Job) -> WaitingFor | None:
    limit_of_type = job.blocked_by.partition(":")[0]
    rule = run_limits.rules().get(limit_of_type)
    if rule is None:
        return None
    size, name = int(rule["size"]), limit_of_type.partition("/")[2]
    holders = Job.objects.of(job.organization).filter(
        state=State.RUNNING, limit_keys__contains=[job.blocked_by]
    )
    number = "1 job" if size == 1 else f"{size} jobs"
    message = f"At most {number} of this type can run at once. It starts when a place is free."
    if "seconds" in rule:
        message = f"At most {number} of this type can start in {rule['seconds']:g} seconds."
    ids = list(holders.values_list("pk", flat=True)[:MAX_LISTED_JOBS])
    limit = FullLimit(name=name, size=size, jobs=ids)
    return WaitingFor(reason=Reason.LIMIT, message=message, limit=limit)


def _describe_pause(pause: Pause) -> str:
    subject = "The organization" if pause.scope == "organization" else f"The {pause.scope} "
    name = "" if pause.scope == "organization" else pause.value
    by = f" by {pause.actor}" if pause.actor else ""
    because = f": {pause.reason}" if pause.reason else ""
    return f"{subject}{name} is paused{by}{because}."


def _has_no_worker(queue: str) -> bool:
    """Whether no worker takes the queue; False where Redis does not know."""
    try:
        return not heartbeats.read().consumers_of([queue])
    except redis.RedisError:
        return False
