"""For people who write job types: run a job in a test, without workers."""

import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models.functions import Now

from jobs.attempt.lease import Lease
from jobs.attempt.progress import Progress
from jobs.lifecycle import verbs
from jobs.models import Job, Organization
from jobs.models.states import State
from jobs.submission.submit import JobRequest, build_job
from jobs.worker.runner import run_attempt


def make(
    type: str, input: Mapping[str, Any], *, owner: AbstractBaseUser, organization: Organization
) -> Job:
    """Store a job as a submission would, checks included, without publishing it."""
    wanted = JobRequest(type=type, input=input)
    job = build_job(wanted, owner, organization)
    verbs.submit([job])
    return job


class _NoKeeper:
    """Leaves a lease alone: a thread of its own would not see what a test has not committed."""

    @contextmanager
    def hold(self, job: Job, progress: Progress) -> Iterator[Lease]:
        """Give a lease that nobody renews."""
        yield Lease(job, progress)


def run(job: Job | uuid.UUID) -> Job:
    """Run one attempt of a job in this process, and give the job as it is then.

    A scheduled job, one that is tried again say, is due at once. One that waits for others, runs
    already or has ended stays as it is.
    """
    found = Job.objects.get(pk=job.pk if isinstance(job, Job) else job)
    if Job.objects.filter(pk=found.pk, state=State.SCHEDULED).update(run_at=Now()):
        verbs.promote_due(sys.maxsize)
    run_attempt(
        found.pk,
        found.attempt + 1,
        worker="test",
        announce=lambda progress: None,
        keeper=_NoKeeper(),
    )
    found.refresh_from_db()
    return found
