"""For people who write job types: run a job in a test, without workers."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from jobs import lifecycle, submission
from jobs.leases import Lease
from jobs.models import Job, Organization
from jobs.progress import Progress
from jobs.runner import run_attempt


def make(
    type: str, input: Mapping[str, Any], *, owner: AbstractBaseUser, organization: Organization
) -> Job:
    """Store a job as a submission would, checks included, without publishing it."""
    wanted = submission.Wanted(type=type, input=input)
    job = submission.build(wanted, owner, organization)
    lifecycle.submit([job])
    return job


class _NoKeeper:
    """Leaves a lease alone: a thread of its own would not see what a test has not committed."""

    @contextmanager
    def hold(self, job: Job, progress: Progress) -> Iterator[Lease]:
        """Give a lease that nobody renews."""
        yield Lease(job, progress)


def run(job: Job | uuid.UUID) -> Job:
    """Run one attempt of a pending job in this process, and give the job as it is then."""
    found = Job.objects.get(pk=job.pk if isinstance(job, Job) else job)
    run_attempt(
        found.pk,
        found.attempt + 1,
        worker="test",
        announce=lambda progress: None,
        keeper=_NoKeeper(),
    )
    found.refresh_from_db()
    return found
