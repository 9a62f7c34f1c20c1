"""`max_tokens` of a job bounds the texts for people; a plan is not bounded by it."""

from collections.abc import Callable

import pytest

from documents.models import Document
from jobs import testing
from jobs.errors import InvalidSubmission
from jobs.models import Job
from jobs.submission.submit import JobRequest, build_job
from reports.inputs import JobInput
from tests.jobs.ai.llm.provider import Call, Provider, write
from tests.people import Person
from tests.reports.conftest import BRIEF, OPTION, Submit


def is_shaped(call: dict[str, object]) -> bool:
    """Say whether an answer of a shape is asked for."""
    return "JSON Schema" in str(call["messages"])


def cut(call: Call) -> None:
    """Stop where the longest answer is reached, as any model does."""
    if call.body.get("max_tokens", 999) > 16:
        write(call)
    else:
        call.say('{"title": "What the bridge', finish="length")


def test_the_plan_is_complete_and_a_warning_names_the_cut_sections(
    stub: Provider, order: Callable[..., Job], upload: Callable[..., Document]
) -> None:
    stub.behave = cut
    done = testing.run(order(documents=[str(upload().pk)], model="stub", max_tokens=16))
    assert (done.state, done.error) == ("completed", None)
    assert "(max_tokens) in: Summary; Cost; Delays." in done.output["warning"]
    requests = {(is_shaped(call), call.get("max_tokens")) for call in stub.calls}
    assert requests == {(True, None), (False, 16)}


def test_every_section_of_a_brief_is_bounded(stub: Provider, submit: Submit) -> None:
    stub.behave = write
    assert testing.run(submit("brief_generation", **BRIEF, model="stub", max_tokens=99)).output
    assert {call["max_tokens"] for call in stub.calls} == {99}


def test_a_large_max_tokens_takes_no_source_from_the_plan(
    stub: Provider, order: Callable[..., Job], upload: Callable[..., Document]
) -> None:
    stub.behave = write
    long = str(upload("The repair of the bridge costs 48,000 euro. " * 1000).pk)
    testing.run(order(documents=[long], model="stub", max_tokens=200_000))
    plan, section = (str(call["messages"]) for call in stub.calls[:2])
    assert len(plan) > 3 * len(section)


@pytest.mark.django_db
def test_max_tokens_is_refused_by_job_types_without_texts(owner: Person) -> None:
    wanted = JobRequest(type="option_analysis", input={**OPTION, "max_tokens": 300})
    with pytest.raises(InvalidSubmission) as raised:
        build_job(wanted, owner.user, owner.organization)
    assert [fault.pointer for fault in raised.value.faults] == ["/input/max_tokens"]
    assert "max_tokens" not in JobInput.model_fields
