"""What the tests of the engine share."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from jobs import lifecycle
from jobs.models import Job

LEASE = timedelta(seconds=30)


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
