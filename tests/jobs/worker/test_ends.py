"""Ends of a handler that are no `Exception`."""

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta

import pytest

from jobs import testing
from jobs.errors import JobCancelled, Snoozed
from jobs.models import Job
from jobs.models.states import State
from jobs.worker.exits import raise_exit
from tests.jobtypes.job_types.misbehaving import ENDS

Make = Callable[..., Job]

MESSAGES = {
    "cancelled_error": "An exception of class CancelledError ended this attempt",
    "generator_exit": "An exception of class GeneratorExit ended this attempt",
    "own_exit": "An exception of class OwnExit ended this attempt",
    "sys_exit": "An exit with code 3, which the handler requested, ended this attempt",
    "memory": "An unexpected error ended this attempt",
}


@pytest.mark.parametrize("kind", ENDS)
def test_it_is_a_failure_of_the_handler_that_the_retry_policy_decides_on(
    make_job: Make, kind: str
) -> None:
    job = make_job("misbehaving", place="end", kind=kind)
    assert testing.run(job).state == State.SCHEDULED
    for _ in range(2):
        ended = testing.run(job)
    assert (ended.state, ended.error["code"], ended.attempt) == (State.FAILED, "internal_error", 3)
    assert ended.error["message"].startswith(MESSAGES[kind])
    assert ended.crashes == 0


def test_an_interruption_inside_a_task_group_stays_an_interruption() -> None:
    group = BaseExceptionGroup("tasks", [ValueError(), BaseExceptionGroup("", [JobCancelled()])])
    with pytest.raises(JobCancelled):
        raise_exit(group, None)


def test_an_end_that_follows_an_interruption_is_its_effect() -> None:
    with pytest.raises(JobCancelled):
        raise_exit(asyncio.CancelledError(), JobCancelled())


@pytest.mark.parametrize("end", [Snoozed(timedelta(0)), SystemExit(-241), KeyboardInterrupt()])
def test_what_ends_the_process_is_no_outcome(end: BaseException) -> None:
    with pytest.raises(type(end)):
        raise_exit(end, None)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_copy_of_the_process_that_returns_from_the_handler_writes_nothing(
    make_job: Make,
) -> None:
    job = testing.run(make_job("misbehaving", place="fork"))
    assert (job.state, job.output) == (State.COMPLETED, {"value": os.EX_SOFTWARE})
