"""With a language model each score and claim needs existing evidence."""

import json

import pytest

from jobs import testing
from jobs.lifecycle import verbs
from jobs.models import Job
from reports.models import OptionAnalysis
from tests.jobs.ai.llm.provider import Call, Provider, write
from tests.reports.conftest import OPTION, Submit


@pytest.fixture
def job(stub: Provider, submit: Submit) -> Job:
    """Return a pending job that a well-behaved model will do."""
    stub.behave = write
    return submit("option_analysis", **OPTION, model="stub", temperature=0.2)


def test_scores_are_weighted_and_claims_name_their_evidence(stub: Provider, job: Job) -> None:
    stub.behave = lambda call: (
        call.say('{"score": 2, "reason": "Long.", "evidence": ["S1"]}')
        if 'name="Time to build"' in call.body["messages"][1]["content"]
        else write(call)
    )
    done = testing.run(job)
    assert [one["score"] for one in done.output["criteria"]] == [4, 2, 4]
    assert done.output["score"] == round((3 * 4 + 2 + 4) / 5, 2)
    [pro] = done.output["pros"]
    assert pro["evidence"] == [{"source": 1, "page": None, "name": "Tender", "quote": ""}]
    assert {call["temperature"] for call in stub.calls} == {0.2}


def test_a_claim_without_evidence_does_not_count(stub: Provider, job: Job) -> None:
    done = testing.run(job)
    assert (done.output["cons"], done.output["unsupported"]) == ([], ["It is ugly."])
    [risk] = done.output["risks"]
    assert [one["source"] for one in risk["evidence"]] == [1], "there is no source 9"
    assert "without evidence: 1" in done.output["warning"]


@pytest.mark.parametrize("marks", [[], ["S7"], ["S1, p. 3"], ["the tender"]])
def test_a_score_without_evidence_is_null(stub: Provider, job: Job, marks: list[str]) -> None:
    judgement = json.dumps({"score": 5, "reason": "Trust me.", "evidence": marks})
    stub.behave = lambda call: (
        call.say(judgement)
        if call.body["messages"][0]["content"].startswith("You judge")
        else write(call)
    )
    done = testing.run(job)
    assert {one["score"] for one in done.output["criteria"]} == {None}
    assert "cited no existing evidence" in done.output["criteria"][0]["reason"]
    assert done.output["score"] is None


def test_a_model_is_not_called_without_evidence(stub: Provider, submit: Submit) -> None:
    done = testing.run(submit("option_analysis", **{**OPTION, "evidence": []}, model="stub"))
    assert (done.state, stub.calls) == ("completed", [])
    assert "no evidence to support a score" in done.output["criteria"][0]["reason"]


def test_a_job_that_saves_twice_keeps_one_analysis(stub: Provider, job: Job) -> None:
    testing.run(job)
    asked = len(stub.calls)
    job.steps.filter(name="save").update(finished_at=None)
    Job.objects.filter(pk=job.pk).update(state="failed")
    verbs.retry(job.pk)
    assert testing.run(job).state == "completed"
    assert OptionAnalysis.objects.count() == 1
    assert len(stub.calls) == asked, "nothing was asked again"


def fail(call: Call) -> None:
    call.answer(401, {"error": {"message": "no"}})


def test_the_cost_before_a_failure_is_on_the_job(stub: Provider, job: Job) -> None:
    stub.behave = lambda call: write(call) if len(stub.calls) < 3 else fail(call)
    failed = testing.run(job)
    assert (failed.state, failed.error["code"]) == ("failed", "authentication_failed")
    assert failed.usage["prompt_tokens"] == 200
