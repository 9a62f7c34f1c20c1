"""With a model the evidence is scored, and is quoted from the sources."""

import json
from collections.abc import Callable

import pytest

from documents.models import Document
from jobs import testing
from jobs.lifecycle import verbs
from jobs.models import Job
from reports.models import EvidenceItem
from tests.jobs.ai.llm.provider import Provider
from tests.jobs.ai.web.site import Site
from tests.reports.research.cranely import MARKET, attacks_inside, evidence, open_market, searches

Submit = Callable[..., Job]


@pytest.fixture
def job(stub: Provider, searching: Site, submit: Submit) -> Job:
    """Return a pending job."""
    open_market(searching)
    stub.behave = evidence
    return submit("market_research", **MARKET, model="stub")


def test_evidence_with_a_quotation_is_kept_best_first(job: Job) -> None:
    output = testing.run(job).output
    assert [(one["text"], one["score"]) for one in output["evidence"]] == [
        ("Prices rise by 7% a year.", 0.9),
        ("Steel has become dear.", 0.4),
    ]
    assert any(
        one.startswith("1 of the model's statements was dropped") for one in output["missing"]
    )


def test_a_later_attempt_repeats_no_paid_call_and_duplicates_nothing(
    job: Job, stub: Provider, searching: Site
) -> None:
    testing.run(job)
    read = len(searching.asked)
    Job.objects.filter(pk=job.pk).update(state="failed")
    job.steps.filter(name="save").update(finished_at=None)
    EvidenceItem.objects.create(
        job=job,
        organization=job.organization,
        owner=job.owner,
        place=9,
        question="of an attempt that found more",
        score=1,
    )
    verbs.retry(job.pk)
    assert testing.run(job).state == "completed"
    assert (len(stub.calls), len(searching.asked), len(searches(searching))) == (1, read, 1)
    assert list(EvidenceItem.objects.values_list("place", flat=True)) == [1, 2]


def test_the_text_of_pages_stays_inside_its_element(job: Job, stub: Provider) -> None:
    testing.run(job)
    [call] = stub.calls
    assert attacks_inside(call, "<source ")


def test_a_model_is_not_called_without_sources(
    stub: Provider, submit: Submit, owner: object
) -> None:
    done = testing.run(submit("market_research", **MARKET, model="stub"))
    assert (done.state, stub.calls) == ("completed", [])
    assert "without a language model" not in "\n".join(done.output["missing"])


def test_a_model_is_not_called_for_a_document_without_text(
    stub: Provider, submit: Submit, upload: Callable[..., Document]
) -> None:
    blank = str(upload(" \n").pk)
    done = testing.run(submit("market_research", **MARKET, documents=[blank], model="stub"))
    assert (done.state, stub.calls) == ("completed", [])
    assert "No text was found in notes.txt." in done.output["missing"]


def test_an_answer_without_its_list_is_repaired(job: Job, stub: Provider) -> None:
    stub.behave = lambda call: evidence(call) if len(stub.calls) > 1 else call.say("{}")
    assert len(testing.run(job).output["evidence"]) == 2


@pytest.mark.parametrize(
    "wrong", [{"relevance": -1}, {"relevance": "high"}, {"text": 5}, {"quotation": None}]
)
def test_an_answer_of_the_wrong_schema_is_invalid_output(
    job: Job, stub: Provider, wrong: dict[str, object]
) -> None:
    claim = {"text": "a", "source": "S1", "quotation": "b", "relevance": 1, **wrong}
    stub.behave = lambda call: call.say(json.dumps({"evidence": [claim]}))
    assert testing.run(job).error["code"] == "invalid_output"
    assert len(stub.calls) == 2, "after one repair"
