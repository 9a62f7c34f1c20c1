"""With a language model each section is a durable step, and its cost is on the job."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from documents.models import Document
from jobs import testing
from jobs.lifecycle import verbs
from jobs.models import Job
from reports.models import Report
from tests.jobs.ai.llm.provider import Call, Provider, write


@pytest.fixture
def job(stub: Provider, order: Callable[..., Job], upload: Callable[..., Document]) -> Job:
    """Return a pending job that a well-behaved model will write."""
    stub.behave = write
    return order(documents=[str(upload().pk)], model="stub", temperature=0.3, max_tokens=500)


def test_a_report_is_planned_written_and_summarized(stub: Provider, job: Job) -> None:
    done = testing.run(job)
    report = Report.objects.get(job=job)
    assert (done.state, done.output["model"], done.output["sections"]) == ("completed", "stub", 2)
    assert report.title == "The bridge", "a title in the input stays"
    assert report.markdown.count("It costs 48,000 euro") == 2
    assert len(stub.calls) == 4
    assert {call["temperature"] for call in stub.calls} == {0.3}
    assert done.usage["prompt_tokens"] == 400
    assert done.usage["completion_tokens"] == 80
    assert float(done.usage["cost_usd"]) == pytest.approx(480 / 1_000_000)


def test_a_retry_does_not_pay_twice(stub: Provider, job: Job) -> None:
    def fail_the_last(call: Call) -> None:
        if len(stub.calls) == 3:
            call.answer(500, {"error": {"message": "out of order"}})
        else:
            write(call)

    stub.behave = fail_the_last
    failed = testing.run(job)
    assert (failed.state, failed.error["code"]) == ("scheduled", "transient")
    assert failed.usage["prompt_tokens"] == 200, (
        "what was paid is noted although the attempt failed"
    )
    Job.objects.update(run_at=job.created_at)
    verbs.promote_due(1)
    done = testing.run(job)
    assert done.state == "completed"
    assert len(stub.calls) == 3 + 2
    assert Report.objects.count() == 1


def test_the_cost_before_a_failure_stays_on_the_job_and_is_paid_once(
    stub: Provider, job: Job
) -> None:
    refused = {"error": {"message": "no"}}
    stub.behave = lambda call: write(call) if len(stub.calls) != 3 else call.answer(401, refused)
    failed = testing.run(job)
    assert (failed.state, failed.error["code"]) == ("failed", "authentication_failed")
    assert (failed.usage["prompt_tokens"], Report.objects.count()) == (200, 0)
    assert float(failed.usage["cost_usd"]) == pytest.approx(240 / 1_000_000)
    verbs.retry(job.pk)  # the operator has mended the key
    done = testing.run(job)
    assert (done.state, done.usage["prompt_tokens"]) == ("completed", 400)
    assert Report.objects.get().usage == done.usage
    assert len(stub.calls) == 3 + 2


def test_a_job_waits_for_the_retry_after_of_a_provider(stub: Provider, job: Job) -> None:
    stub.behave = lambda call: call.answer(429, {"error": {"message": "slow"}}, Retry_After="90")
    waiting = testing.run(job)
    assert (waiting.state, len(stub.calls)) == ("scheduled", 1)
    assert waiting.run_at - timezone.now() > timedelta(seconds=80)


def test_a_refused_key_fails_the_job_at_once_with_advice(
    stub: Provider, order: Callable[..., Job]
) -> None:
    stub.behave = lambda call: call.answer(401, {"error": {"message": "no"}})
    failed = testing.run(order(model="stub"))
    assert (failed.state, failed.error["code"]) == ("failed", "authentication_failed")
    assert "operator" in failed.error["message"]
