"""What a handler leaves on a database connection reaches neither its outcome nor another job."""

import logging
from collections.abc import Callable
from unittest.mock import Mock

import pytest
from django.db import connection

from jobs import testing
from jobs.attempt import connections as watched
from jobs.models import Job
from jobs.models.states import State
from tests.jobs.dispatch.line import submit
from tests.jobs.worker.test_loop import make_loop, states
from tests.jobtypes.job_types.database import CHANGES, STATEMENTS
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Job]
WARNING = "the handler of untidy left {} on the database connection default; it is closed"
LEFT = {
    **{left: left for left in STATEMENTS},
    "raw": "the setting search_path",
    "autocommit off": "autocommit off",
    "atomic": "an open transaction",
    "failed": "an open transaction",
}


def backend() -> int:
    """Return the process of PostgreSQL that serves this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("change", LEFT)
def test_a_changed_connection_is_closed_and_logged_with_the_job_type(
    make_job: Make, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    job, before = make_job("untidy", text=change), backend()
    with caplog.at_level(logging.WARNING, "jobs.attempt.connections"):
        done = testing.run(job)
    assert (done.state, done.output) == (State.COMPLETED, {"text": change})
    assert WARNING.format(LEFT[change]) in caplog.messages
    assert backend() != before
    assert done.events.latest("number").kind == "completed"


@pytest.mark.parametrize("change", ["nothing", "closed"])
def test_an_unchanged_or_closed_connection_is_no_fault(
    make_job: Make, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert testing.run(make_job("untidy", text=change)).state == State.COMPLETED
    assert caplog.messages == []


def test_an_unchanged_connection_stays_open(make_job: Make) -> None:
    job, before = make_job("untidy", text="nothing"), backend()
    testing.run(job)
    assert backend() == before


def test_every_connection_of_the_thread_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    other = connection.copy()
    monkeypatch.setattr(watched, "connections", Mock(all=lambda: [connection, other]))
    guard = watched.ConnectionGuard()
    other.set_autocommit(False)
    guard.close_changed("untidy")
    assert other.connection is None
    assert connection.connection is not None


def test_the_next_jobs_of_the_process_are_not_affected(owner: Person) -> None:
    jobs = [submit(owner, type="untidy", input={"text": change}) for change in CHANGES]
    loop, started = make_loop(jobs[0])
    loop.run()
    assert len(started) == len(jobs)
    assert set(states(*jobs)) == {State.COMPLETED}
