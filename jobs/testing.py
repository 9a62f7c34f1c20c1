"""Test support for authors of job types: run a job in a test, without workers."""

import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models.functions import Now

from jobs.attempt.lease import Lease
from jobs.attempt.progress import Progress
from jobs.lifecycle import verbs
from jobs.models import Job, Organization
from jobs.models.states import State
from jobs.submission.submit import JobRequest, build_job
from jobs.worker.runner import run_claimed


def make(
    type: str, input: Mapping[str, Any], *, owner: AbstractBaseUser, organization: Organization
) -> Job:
    """Validate and store a job like a submission, without publishing it."""
    job = build_job(JobRequest(type=type, input=input), owner, organization)
    verbs.submit([job])
    return job


class NoKeeper:
    """Does not renew the lease: another thread would not see the transaction of the test."""

    @contextmanager
    def hold(self, job: Job, progress: Progress) -> Iterator[Lease]:
        yield Lease(job, progress)


def run(job: Job | uuid.UUID) -> Job:
    """Run one attempt of a job in this process, and return its new row.

    A scheduled job, for example one that is retried, is due at once. A waiting, running or ended
    job does not change.
    """
    found = Job.objects.get(pk=job.pk if isinstance(job, Job) else job)
    if Job.objects.filter(pk=found.pk, state=State.SCHEDULED).update(run_at=Now()):
        verbs.promote_due(sys.maxsize)
    claimed = verbs.claim(found.pk, found.attempt + 1, worker="test", lease=settings.JOBS_LEASE)
    if claimed is not None:
        run_claimed(claimed, listener=lambda progress: None, keeper=NoKeeper())
    found.refresh_from_db()
    return found
