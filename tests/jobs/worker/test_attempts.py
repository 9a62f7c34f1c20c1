"""Outcomes of an attempt."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from jobs import testing
from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.models.states import State

Make = Callable[..., Job]


def test_a_job_completes_with_its_output(job: Job) -> None:
    done = testing.run(job)
    assert (done.state, done.output, done.progress) == (State.COMPLETED, {"text": "hello"}, 100)
    assert done.expires_at is not None
    assert done.finished_at is not None
    assert done.expires_at - done.finished_at > timedelta(days=29)


def test_a_transient_error_is_retried_until_success(make_job: Make) -> None:
    job = make_job("failing", error="transient", times=2)
    for _ in range(2):
        backing_off = testing.run(job)
        assert backing_off.state == State.SCHEDULED
        assert backing_off.error["code"] == "transient"
        promote(job)
    done = testing.run(job)
    assert (done.state, done.output, done.error) == (
        State.COMPLETED,
        {"text": "attempt 3"},
        None,
    )


def test_a_job_fails_when_its_attempts_run_out(make_job: Make) -> None:
    job = make_job("failing", error="transient")
    for _ in range(2):
        testing.run(job)
        promote(job)
    failed = testing.run(job)
    assert failed.state == State.FAILED
    assert failed.error == {
        "code": "transient",
        "message": "The provider is away.",
        "retryable": True,
        "attempt": 3,
    }


def test_a_rate_limited_attempt_is_not_counted(make_job: Make) -> None:
    job = testing.run(make_job("failing", error="rate_limited", times=1))
    assert (job.state, job.uncounted_attempts, job.counted_attempt) == (State.SCHEDULED, 1, 0)
    wait = job.run_at - job.events.get(kind="backed_off").at
    assert timedelta(seconds=29) < wait < timedelta(seconds=32)


@pytest.mark.parametrize("error", ["invalid_input"])
def test_invalid_input_is_not_retried(make_job: Make, error: str) -> None:
    failed = testing.run(make_job("failing", error=error))
    assert (failed.state, failed.attempt) == (State.FAILED, 1)
    assert failed.error["retryable"] is False


def test_a_bug_shows_the_owner_no_internals(make_job: Make) -> None:
    job = testing.run(make_job("failing", error="bug"))
    assert job.error["code"] == "internal_error"
    assert "division" not in job.error["message"]
    assert "ZeroDivisionError" in job.traceback


def test_a_snoozed_job_runs_again_without_using_an_attempt(make_job: Make) -> None:
    job = testing.run(make_job("snoozing"))
    assert (job.state, job.counted_attempt) == (State.SCHEDULED, 0)
    promote(job)
    assert testing.run(job).state == State.COMPLETED


def test_a_completed_step_does_not_run_again(make_job: Make, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    job = make_job("stepping", ledger=str(ledger), gate="")
    job.steps.create(name="step-1", attempt=1, output="stored", finished_at=job.created_at)
    done = testing.run(job)
    assert done.state == State.COMPLETED
    assert [line.split()[1] for line in ledger.read_text().splitlines()] == ["step-2", "step-3"]
    kinds = [(e.kind, e.data["step"]) for e in done.events.filter(kind__startswith="step_")]
    assert kinds[0] == ("step_restored", "step-1")
    assert kinds[1:3] == [("step_started", "step-2"), ("step_completed", "step-2")]


def promote(job: Job) -> None:
    """Let the back-off pass."""
    Job.objects.filter(pk=job.pk).update(run_at=job.created_at)
    assert [moved.pk for moved in verbs.promote_due(10)] == [job.pk]
