"""Why a job is waiting: the one function that answers this for the API, the admin and commands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import redis
from django.db.models import Count, Q

from jobs.dispatch import estimates, run_limits
from jobs.dispatch.pauses import is_paused_by, pauses_of
from jobs.models import Dependency, Job, Pause
from jobs.models.clock import database_clock
from jobs.models.states import TERMINAL, State
from jobs.redis import heartbeats
from jobs.redis.heartbeats import Heartbeats

MAX_LISTED_JOBS = 20


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


def explain_wait(job: Job) -> WaitingFor | None:
    """Return why a job has not started, or `None` if it is running or has ended.

    A job in line gets its position, and an estimate of its start.
    """
    found = explain_waits([job]).get(job.pk)
    if found is None or found.reason != Reason.POSITION:
        return found
    line = estimates.read_line(job.pk)
    ahead = {0: "It is next", 1: "1 job is"}.get(line.ahead, f"{line.ahead:,} jobs are")
    return replace(
        found,
        message=f"{ahead} ahead of it." if line.ahead else f"{ahead} in the queue {job.queue}.",
        position=line.ahead + 1,
        estimated_start=database_clock.now() + timedelta(seconds=estimates.estimate_wait(line)),
    )


def explain_waits(jobs: Iterable[Job]) -> dict[UUID, WaitingFor]:
    """Return why each of several jobs has not started; jobs that have started are absent.

    It runs at most four statements, however many jobs there are. A job in line gets no position.
    """
    by_state: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        by_state[job.state].append(job)
    found = {job.pk: _explain_schedule(job) for job in by_state[State.SCHEDULED]}
    if waiting := by_state[State.WAITING]:
        found |= _explain_dependencies(waiting)
    if pending := by_state[State.PENDING]:
        found |= _explain_pending(pending)
    return found


def _explain_pending(jobs: Sequence[Job]) -> dict[UUID, WaitingFor]:
    pauses = list(pauses_of(jobs))
    holders = _find_holders(jobs)
    workers = _read_workers()
    return {job.pk: _explain_line(job, pauses, holders, workers) for job in jobs}


def _explain_line(
    job: Job,
    pauses: Sequence[Pause],
    holders: Mapping[tuple[UUID, str], list[UUID]],
    workers: Heartbeats | None,
) -> WaitingFor:
    pause = next((pause for pause in pauses if is_paused_by(job, pause)), None)
    if pause is not None:
        return WaitingFor(reason=Reason.PAUSED, message=_describe_pause(pause), pause=pause)
    rule = _rule_of(job)
    if rule is not None:
        return _explain_limit(job, rule, holders.get((job.organization_id, job.blocked_by), []))
    if workers is not None and not workers.consumers_of([job.queue]):
        message = f"No worker takes jobs from the queue {job.queue}. Start one."
        return WaitingFor(reason=Reason.NO_WORKER, message=message)
    if workers is not None and not workers.can_run(job.type, job.queue):
        message = f"No worker of the queue {job.queue} has the job type {job.type}. Deploy it."
        return WaitingFor(reason=Reason.NO_WORKER, message=message)
    return WaitingFor(
        reason=Reason.POSITION, message=f"It is in the line of the queue {job.queue}."
    )


def _explain_dependencies(jobs: Sequence[Job]) -> dict[UUID, WaitingFor]:
    parts = Job.objects.filter(parent__in=jobs).values_list("parent").order_by()
    open_parts = dict(parts.annotate(left=Count("pk", filter=~Q(state__in=TERMINAL))))
    open_ids: dict[UUID, list[UUID]] = defaultdict(list)
    others = [job.pk for job in jobs if job.pk not in open_parts]
    if others:
        left = Dependency.objects.filter(job__in=others).exclude(depends_on__state__in=TERMINAL)
        for job_id, depends_on in left.values_list("job", "depends_on"):
            open_ids[job_id].append(depends_on)
    return {
        **{job.pk: _explain_dependency(open_ids[job.pk]) for job in jobs},
        **{
            parent: WaitingFor(reason=Reason.PARTS, message=f"{left} of its parts have not ended.")
            for parent, left in open_parts.items()
        },
    }


def _explain_dependency(open_ids: list[UUID]) -> WaitingFor:
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


def _rule_of(job: Job) -> dict[str, Any] | None:
    """Return the limit that keeps a job out of the line; `None` if it is no longer declared."""
    return run_limits.rules().get(job.blocked_by.partition(":")[0])


def _find_holders(jobs: Sequence[Job]) -> dict[tuple[UUID, str], list[UUID]]:
    """Return the running jobs that hold the full limits, by organization and key."""
    keys = {job.blocked_by for job in jobs if _rule_of(job) is not None}
    if not keys:
        return {}
    running = Job.objects.filter(
        organization__in={job.organization_id for job in jobs},
        state=State.RUNNING,
        limit_keys__overlap=sorted(keys),
    )
    holders: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    for organization, limit_keys, job_id in running.values_list("organization", "limit_keys", "pk"):
        for key in keys.intersection(limit_keys):
            holders[organization, key].append(job_id)
    return holders


def _explain_limit(job: Job, rule: Mapping[str, Any], holders: list[UUID]) -> WaitingFor:
    size, name = int(rule["size"]), job.blocked_by.partition(":")[0].partition("/")[2]
    number = "1 job" if size == 1 else f"{size} jobs"
    message = f"At most {number} of this type can run at once. It starts when a place is free."
    if "seconds" in rule:
        message = f"At most {number} of this type can start in {rule['seconds']:g} seconds."
    limit = FullLimit(name=name, size=size, jobs=holders[:MAX_LISTED_JOBS])
    return WaitingFor(reason=Reason.LIMIT, message=message, limit=limit)


def _describe_pause(pause: Pause) -> str:
    subject = "The organization" if pause.scope == "organization" else f"The {pause.scope} "
    name = "" if pause.scope == "organization" else pause.value
    by = f" by {pause.actor}" if pause.actor else ""
    because = f": {pause.reason}" if pause.reason else ""
    return f"{subject}{name} is paused{by}{because}."


def _read_workers() -> Heartbeats | None:
    """Return the workers that are alive; `None` where Redis does not know."""
    try:
        return heartbeats.read()
    except redis.RedisError:
        return None
