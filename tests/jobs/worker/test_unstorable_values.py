"""Values that PostgreSQL refuses fail the job with the cause, or are cleaned where they enter."""

from collections.abc import Callable

import pytest
from django.db import DataError

from jobs import testing
from jobs.attempt.progress import Progress
from jobs.attempt.text_stream import read_chunks
from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.models.states import State
from jobs.redis import sender
from tests.jobs.dispatch.line import submit
from tests.jobs.worker.test_loop import make_loop, states
from tests.jobtypes.job_types.misbehaving import TEXTS, VALUES
from tests.people import Person

Make = Callable[..., Job]

FAULTS = {
    "nul": " contains a NUL character",
    "surrogate": " contains a lone surrogate (U+D800)",
    "nul_name": " has a member whose name contains a NUL character",
    "nan": " is NaN",
    "infinity": " is infinite",
    "huge_integer": " is an integer of more than 4,300 digits",
    "object": " is an object of class object, which is not JSON",
    "circle": None,
    "deep": " is nested more than 200 levels deep",
    "too_large": " bytes of JSON; the maximum is 33,554,432",
}
PATHS = {"output": "output.value.rows[1]", "step": "steps['s']", "part": "inputs[0].y"}
OF_THE_WHOLE = {"deep", "too_large"}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("place", PATHS)
def test_a_value_that_cannot_be_stored_fails_the_job_at_once(
    make_job: Make, place: str, kind: str
) -> None:
    job = testing.run(make_job("misbehaving", place=place, kind=kind))
    assert (job.state, job.error["code"], job.attempt) == (State.FAILED, "invalid_output", 1)
    if fault := FAULTS[kind]:
        assert fault in job.error["message"]
    if kind not in {*OF_THE_WHOLE, "circle"}:
        assert f"{PATHS[place]}{FAULTS[kind]}." in job.error["message"]


@pytest.mark.parametrize("kind", TEXTS)
def test_a_bad_name_of_a_step_fails_the_job_at_once(make_job: Make, kind: str) -> None:
    job = testing.run(make_job("misbehaving", place="step_name", kind=kind))
    assert (job.state, job.error["code"]) == (State.FAILED, "invalid_output")
    assert "cannot be the name of a step" in job.error["message"]


@pytest.mark.parametrize(("place", "kind"), [("cost", "nan"), ("wrong_type", "")])
def test_other_bad_values_fail_the_job_at_once(make_job: Make, place: str, kind: str) -> None:
    job = testing.run(make_job("misbehaving", place=place, kind=kind))
    assert (job.state, job.error["code"]) == (State.FAILED, "invalid_output")


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize(
    ("place", "state", "code"),
    [
        ("error", State.SCHEDULED, "transient"),
        ("bug", State.SCHEDULED, "internal_error"),
        ("progress", State.COMPLETED, None),
        ("stream", State.COMPLETED, None),
        ("model", State.COMPLETED, None),
    ],
)
def test_a_text_is_cleaned_and_changes_no_outcome(
    make_job: Make, place: str, state: str, code: str | None, kind: str
) -> None:
    job = testing.run(make_job("misbehaving", place=place, kind=kind))
    assert (job.state, (job.error or {}).get("code")) == (state, code)
    assert len((job.error or {}).get("message", "")) <= 4000
    assert len(job.traceback) < 51_000


@pytest.mark.parametrize("kind", TEXTS)
def test_a_message_of_progress_is_stored_cleaned_and_shortened(running: Job, kind: str) -> None:
    progress = Progress(running, lambda data: None, _stored_at=0)
    progress.report(float("nan"), TEXTS[kind])
    assert progress.flush()
    running.refresh_from_db()
    assert (running.progress, len(running.message)) == (0, {"megabytes": 1000}.get(kind, 3))


def test_streamed_text_is_cleaned(make_job: Make) -> None:
    job = testing.run(make_job("misbehaving", place="stream", kind="surrogate"))
    sender.sender.flush(5)
    assert [chunk.text for chunk in read_chunks(job.pk, 1)] == ["a\ufffdb"]


@pytest.mark.django_db(transaction=True)
def test_an_outcome_that_the_database_refuses_is_an_outcome(
    make_job: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.worker.runner.dump_output", lambda *given: {"text": "a\x00b"})
    job = testing.run(make_job("echo"))
    assert (job.state, job.error["code"]) == (State.FAILED, "invalid_output")
    assert "unsupported Unicode escape sequence" in job.error["message"]


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_fails_does_not_fail_the_job_before(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object) -> None:
        raise DataError("the next job")

    jobs = [submit(owner) for _ in range(2)]
    monkeypatch.setattr(verbs, "complete_and_claim", refuse)
    make_loop(jobs[0])[0].run()
    assert states(*jobs) == [State.COMPLETED, State.COMPLETED]
