"""What the tests of the engine share."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from jobs import lifecycle, testing
from jobs.models import Job
from tests.people import Person

LEASE = timedelta(seconds=30)


@pytest.fixture
def make_job(owner: Person) -> Callable[..., Job]:
    """Give a function that stores a pending job of the owner's."""

    def make(type: str = "echo", **input: object) -> Job:
        return testing.make(type, input, owner=owner.user, organization=owner.organization)

    return make


@pytest.fixture
def job(make_job: Callable[..., Job]) -> Job:
    """Give a pending job."""
    return make_job("echo", text="hello")


@pytest.fixture
def running(job: Job) -> Job:
    """Give a job that attempt 1 has claimed."""
    claimed = lifecycle.claim(job.pk, 1, worker="w1", lease=LEASE)
    assert claimed is not None
    return claimed
