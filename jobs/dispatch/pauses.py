"""Pause and resume the jobs of a queue, a job type, an organization or a worker.

A pause is checked when a job is claimed, so it holds for messages that are already at the broker.
A job that a worker finds paused leaves the line (`blocked_by`); resuming returns it. A paused
worker takes no messages, see `draining`.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from jobs.dispatch import draining, run_limits
from jobs.errors import NotFound
from jobs.models import Job, Organization, Pause
from jobs.models.pauses import PauseScope


def pause(scope: PauseScope, value: str, *, actor: str, reason: str = "") -> Pause:
    """Start no more jobs of a queue, a job type, an organization (by its ID) or a worker.

    Pausing again changes nothing: the first actor and reason are kept.
    """
    found, _ = Pause.objects.get_or_create(
        scope=scope, value=value, defaults={"actor": actor, "reason": reason}
    )
    if scope == PauseScope.WORKER:
        transaction.on_commit(draining.sync)
    return found


def resume(scope: PauseScope, value: str) -> None:
    """Start jobs again. The relay publishes them within seconds; raises `NotFound`."""
    with transaction.atomic():
        deleted, _ = Pause.objects.filter(scope=scope, value=value).delete()
        if not deleted:
            raise NotFound(f"The {scope} {value} is not paused.")
        # After the commit: within a request, only the caller's organization is visible. If the
        # process dies in between, the relay finds that the pause has ended.
        transaction.on_commit(
            draining.sync
            if scope == PauseScope.WORKER
            else lambda: run_limits.unblock([f"{run_limits.PAUSE}{scope}:{value}"])
        )


def pauses_of(jobs: Iterable[Job]) -> QuerySet[Pause]:
    """Return the pauses that keep any of these jobs from being started, oldest first."""
    targets = [(job.queue, job.type, str(job.organization_id)) for job in jobs]
    queues, types, organizations = map(set, zip(*targets, strict=True))
    return Pause.objects.filter(
        Q(scope=PauseScope.QUEUE, value__in=queues)
        | Q(scope=PauseScope.TYPE, value__in=types)
        | Q(scope=PauseScope.ORGANIZATION, value__in=organizations)
    )


def is_paused_by(job: Job, pause: Pause) -> bool:
    """Whether a pause keeps this job from being started."""
    targets = {
        PauseScope.QUEUE: job.queue,
        PauseScope.TYPE: job.type,
        PauseScope.ORGANIZATION: str(job.organization_id),
    }
    return targets.get(PauseScope(pause.scope)) == pause.value


def visible_pauses(organization: Organization, *, is_operator: bool = False) -> QuerySet[Pause]:
    """Return the pauses that concern an organization: its own, and those of queues and types.

    Operators also see the pauses of workers, whose names are those of machines.
    """
    shared = {PauseScope.QUEUE, PauseScope.TYPE} | ({PauseScope.WORKER} if is_operator else set())
    return Pause.objects.filter(Q(scope__in=shared) | Q(value=str(organization.pk)))
