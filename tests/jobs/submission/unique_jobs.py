"""Submissions with `unique` in tests."""

from datetime import timedelta
from typing import Any

import jobs
from jobs import Unique
from jobs.models import Batch, Job
from jobs.models.states import State
from jobs.submission.submit import JobOptions, JobRequest, submit_batch
from tests.people import Person

BY_INPUT = Unique()
DAY = timedelta(days=1)


def submit(
    person: Person, unique: Unique | None = BY_INPUT, type: str = "echo", **input: Any
) -> Job:
    options = JobOptions(unique=unique)
    return jobs.submit(type, input or {"text": "x"}, owner=person.user, options=options)


def submit_all(person: Person, *uniques: Unique | None, **input: Any) -> Batch:
    requests = [
        JobRequest(type="echo", input=input or {"text": "x"}, options=JobOptions(unique=unique))
        for unique in uniques
    ]
    return submit_batch(requests, owner=person.user, organization=person.organization)


def end(job: Job, state: State) -> None:
    Job.objects.filter(pk=job.pk).update(state=state)
