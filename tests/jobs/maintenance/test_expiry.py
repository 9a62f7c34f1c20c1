"""A job expires if nobody takes it, and never because the line is long."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from jobs.dispatch import pauses
from jobs.lifecycle import verbs
from jobs.maintenance import expiry
from jobs.models import Job
from jobs.models.pauses import PauseScope
from jobs.redis import heartbeats
from jobs.redis.client import get_client
from tests.jobs.conftest import LEASE
from tests.jobs.dispatch.test_pauses import SCOPES, target
from tests.jobs.redis.unreachable import unreachable_client


@pytest.fixture(autouse=True)
def _no_starts() -> None:
    get_client().delete(heartbeats.STARTS)
    get_client().set(heartbeats.KNOWN_SINCE, 0)
    heartbeats._recorded.clear()


@pytest.fixture
def overdue(job: Job) -> Job:
    """Give a job that has been pending for longer than its type allows."""
    Job.objects.filter(pk=job.pk).update(pending_until=Now() - timedelta(seconds=1))
    return job


def started(queue: str, *, ago: timedelta) -> None:
    """Pretend that a job of the queue was started some time ago."""
    heartbeats.record_start(queue)
    get_client().zincrby(heartbeats.STARTS, -ago.total_seconds(), queue)


def test_a_job_that_nobody_takes_expires(overdue: Job) -> None:
    assert expiry.expire() == 1
    overdue.refresh_from_db()
    assert (overdue.state, overdue.error["code"]) == ("failed", "expired")


def test_a_job_does_not_expire_before_its_time(job: Job) -> None:
    assert expiry.expire() == 0


def test_a_job_of_a_queue_that_moves_does_not_expire(overdue: Job) -> None:
    started(overdue.queue, ago=overdue.pending_timeout - timedelta(seconds=10))
    assert expiry.expire() == 0


def test_the_time_runs_again_when_the_queue_stands_still(overdue: Job) -> None:
    started(overdue.queue, ago=overdue.pending_timeout + timedelta(seconds=1))
    assert expiry.expire() == 1


def test_an_emptied_redis_fails_no_job(overdue: Job) -> None:
    get_client().flushdb()
    assert expiry.expire() == 0
    get_client().decrby(heartbeats.KNOWN_SINCE, round(overdue.pending_timeout.total_seconds()) - 9)
    assert expiry.expire() == 0
    get_client().decrby(heartbeats.KNOWN_SINCE, 10)
    assert expiry.expire() == 1


def test_another_queue_that_moves_changes_nothing(overdue: Job) -> None:
    started("elsewhere", ago=timedelta(0))
    assert expiry.expire() == 1


def test_a_job_behind_a_long_one_does_not_expire(
    overdue: Job, make_job: Callable[..., Job]
) -> None:
    long = make_job()
    assert verbs.claim(long.pk, 1, worker="w", lease=LEASE)
    assert expiry.expire() == 0
    Job.objects.filter(pk=long.pk).update(state="completed", lease_expires_at=None)
    assert expiry.expire() == 0  # its end is the start of the time


def test_a_job_behind_a_lost_one_expires(overdue: Job, make_job: Callable[..., Job]) -> None:
    lost = make_job()
    assert verbs.claim(lost.pk, 1, worker="w", lease=LEASE)
    Job.objects.filter(pk=lost.pk).update(lease_expires_at=Now() - timedelta(seconds=1))
    assert expiry.expire() == 1


@pytest.mark.parametrize("scope", SCOPES)
def test_a_paused_job_does_not_expire(overdue: Job, scope: PauseScope) -> None:
    pauses.pause(scope, target(overdue, scope), actor="olga")
    assert expiry.expire() == 0


def test_nothing_expires_while_redis_is_unavailable(
    overdue: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = unreachable_client()
    monkeypatch.setattr(heartbeats, "get_client", lambda: nowhere)
    assert expiry.expire() == 0
