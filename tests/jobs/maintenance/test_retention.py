"""Ended jobs are purged after their retention, and not before."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from jobs import testing
from jobs.lifecycle import verbs
from jobs.maintenance import retention
from jobs.maintenance.retention import MAX_PURGED_JOBS
from jobs.models import Job, JobEvent
from jobs.submission.submit import JobOptions, JobRequest, submit_batch, submit_job
from tests.people import Person


def let_time_pass() -> None:
    Job.objects.exclude(expires_at=None).update(expires_at=Now())


def test_a_job_is_purged_after_its_retention(running: Job) -> None:
    verbs.complete(running, {})
    assert retention.purge() == 0
    let_time_pass()
    assert retention.purge() == 1
    assert not Job.objects.exists()
    assert not JobEvent.objects.exists()


def test_a_job_that_has_not_ended_is_never_purged(running: Job) -> None:
    Job.objects.update(expires_at=Now())
    assert retention.purge() == 0


def test_job_types_and_outcomes_have_their_own_retention(make_job: Callable[..., Job]) -> None:
    days = {"echo": 30, "failing": 7, "filing": 1}
    inputs = {"echo": {"text": "x"}, "failing": {"error": "invalid_input"}, "filing": {}}
    for name, expected in days.items():
        done = testing.run(make_job(name, **inputs[name]))
        assert done.expires_at is not None
        assert done.finished_at is not None
        # One statement sets both, by two readings of a clock that goes on between them.
        kept = done.expires_at - done.finished_at
        assert abs(kept - timedelta(days=expected)) < timedelta(minutes=1)


def test_files_of_a_job_are_deleted_with_it(
    make_job: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_FILES", str(tmp_path))
    job = testing.run(make_job("filing"))
    assert (tmp_path / str(job.pk)).exists()
    let_time_pass()
    assert retention.purge() == 1
    assert not (tmp_path / str(job.pk)).exists()


def test_many_jobs_are_purged_in_bounded_batches_of_few_statements(owner: Person) -> None:
    wanted = [JobRequest(type="echo", input={"text": "x"}, options=JobOptions())] * 500
    submit_batch(wanted, owner=owner.user, organization=owner.organization)
    for job in Job.objects.all():
        verbs.cancel(job.pk)
    let_time_pass()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert retention.purge() == 500
    rounds = 500 // MAX_PURGED_JOBS + 1
    assert len(queries) <= rounds * 16  # one for each table that names jobs, too
    assert not Job.objects.exists()


def test_a_job_is_kept_while_a_waiting_job_needs_its_output(make_job: Callable[..., Job]) -> None:
    parent, other = testing.run(make_job("echo", text="x")), make_job("echo", text="y")
    options = JobOptions(depends_on=(parent.pk, other.pk))
    child = submit_job(
        "gathering", {}, options=options, owner=other.owner, organization=other.organization
    )
    let_time_pass()
    assert retention.purge() == 0
    testing.run(other)
    child.refresh_from_db()
    done = testing.run(child)
    assert (done.state, len(done.output["text"].split(", "))) == ("completed", 2)
    let_time_pass()
    assert retention.purge() == 3
