"""The clock of a machine, an hour ahead or behind, changes nothing about when a job runs."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from jobs import testing
from jobs.maintenance import expiry, relay, rescue
from jobs.models import Job, clock
from jobs.models.clock import DatabaseClock
from jobs.models.states import State
from jobs.monitoring import clocks
from jobs.redis import heartbeats
from jobs.redis.client import get_client
from jobs.submission import schedules
from tests.jobs.dispatch.line import submit
from tests.people import Person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SOON = timedelta(minutes=1)


@pytest.fixture(params=[HOUR, -HOUR], ids=["ahead", "behind"])
def skew(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> timedelta:
    """Set the clock of this process, but not that of PostgreSQL and Redis."""
    ahead: timedelta = request.param
    now, seconds = timezone.now, time.time
    monkeypatch.setattr(timezone, "now", lambda: now() + ahead)
    monkeypatch.setattr(time, "time", lambda: seconds() + ahead.total_seconds())
    monkeypatch.setattr(clock, "machine_time", lambda: now() + ahead)
    return ahead


def database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [now] = cursor.fetchone()
    assert isinstance(now, datetime)
    return now


def test_a_job_without_a_time_is_due_at_once(owner: Person, skew: timedelta) -> None:
    job = submit(owner)
    assert job.state == State.PENDING
    assert job.pending_until is not None
    assert abs(job.pending_until - job.pending_timeout - database_time()) < SOON
    assert (expiry.expire(), rescue.rescue()) == (0, 0)


def test_run_at_is_a_time_of_the_database(owner: Person, skew: timedelta) -> None:
    later = submit(owner, run_at=database_time() + SOON)
    due = submit(owner, run_at=database_time() - SOON)
    assert (later.state, due.state) == (State.SCHEDULED, State.PENDING)
    relay.relay()
    later.refresh_from_db()
    assert later.state == State.SCHEDULED


def test_a_schedule_fires_by_the_time_of_the_database(owner: Person, skew: timedelta) -> None:
    made = schedules.create(
        "every minute",
        cron="* * * * *",
        type="echo",
        input={},
        owner=owner.user,
        organization=owner.organization,
    )
    assert database_time() < made.next_at <= database_time() + SOON
    made.next_at = database_time() - SOON
    made.save()
    assert schedules.fire_due() == 1
    made.refresh_from_db()
    assert database_time() - SOON < made.next_at <= database_time() + SOON


def test_a_retry_comes_when_its_back_off_has_passed(
    make_job: Callable[..., Job], skew: timedelta
) -> None:
    job = testing.run(make_job("failing", error="transient"))
    assert job.state == State.SCHEDULED
    assert job.run_at <= database_time() + SOON
    Job.objects.filter(pk=job.pk).update(run_at=database_time())
    relay.relay()
    job.refresh_from_db()
    assert job.state == State.PENDING


def test_the_skew_of_each_machine_is_shown(skew: timedelta) -> None:
    get_client().flushdb()
    heartbeats.record_worker("worker@here", ["default"], 2)
    assert clocks.read_skews() == pytest.approx(
        dict.fromkeys(("web", "worker@here"), skew.total_seconds()), abs=5
    )


def test_the_clock_of_the_database_is_read_again_after_a_while(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    uptime = [1000.0]
    monkeypatch.setattr(clock, "_uptime", lambda: uptime[0])
    database = DatabaseClock()
    with django_assert_num_queries(1):
        first = database.now()
        uptime[0] += 20
        assert database.now() == first + timedelta(seconds=20)
    uptime[0] += 20
    with django_assert_num_queries(1):
        assert database.now() < first + SOON / 2
