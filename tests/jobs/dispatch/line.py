"""The line of a queue in tests: submissions of organizations, and claims in its order."""

from collections.abc import Sequence
from typing import Any

from jobs import registry
from jobs.dispatch import after_end, run_limits
from jobs.lifecycle import verbs
from jobs.lifecycle.functions import Claim
from jobs.models import Job, Organization
from jobs.submission.submit import JobOptions, submit_job
from tests.jobs.conftest import LEASE
from tests.people import Person

WORKERS = 2
TYPES = ("echo", "splitting", "two_at_once")


def make_organizations(number: int, **options: Any) -> list[Organization]:
    """Store organizations; no person needs to be a member of them."""
    return [
        Organization.objects.create(name=f"Org {n}", slug=f"org-{n}", **options)
        for n in range(number)
    ]


def submit(
    person: Person, organization: Organization | None = None, type: str = "echo", **options: Any
) -> Job:
    """Submit a job for an organization, by default the person's own."""
    return submit_job(
        type,
        options.pop("input", {}),
        owner=person.user,
        organization=organization or person.organization,
        options=JobOptions(**options),
    )


def claim_next(type: str = "echo", **claim: Any) -> Job | None:
    """Claim the next job of the queue of a type, as a worker process does."""
    return verbs.claim_next(
        Claim(
            queue=registry.get(type).queue,
            type=type,
            worker=claim.pop("worker", "w"),
            lease=LEASE,
            known_types=registry.names(),
            limits=run_limits.rules(),
            **claim,
        )
    )


def drain(jobs: int, type: str = "echo") -> list[Job]:
    """Claim and complete jobs one after the other; return them in that order."""
    done = []
    for _ in range(jobs):
        job = claim_next(type)
        assert job is not None
        assert verbs.complete(job, {})
        done.append(job)
    return done


def claim_any() -> Job | None:
    """Claim the next job of the queue, whichever of `TYPES` it has."""
    return next(filter(None, map(claim_next, TYPES)), None)


def run_until_started(searched: list[Job], running: list[Job]) -> list[Job]:
    """Let workers run the queue until each of these jobs has started; return all jobs started."""
    started: list[Job] = []
    while not {job.pk for job in searched} <= {job.pk for job in started}:
        if len(running) == WORKERS:
            ended = running.pop(0)
            after_end.follow_up(verbs.complete(ended, {}) or ended)
        claimed = claim_any()
        assert claimed is not None
        started.append(claimed)
        running.append(claimed)
    return started


def ids(jobs: Sequence[Job | None]) -> list[object]:
    """Return the ids of jobs, for comparisons that are easy to read."""
    return [job and job.pk for job in jobs]
