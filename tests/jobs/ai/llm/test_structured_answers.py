"""Answers with a schema: after one failed repair the output is invalid."""

from typing import Any

import pytest
from pydantic import BaseModel

from jobs.ai.llm import models
from jobs.ai.llm.models import Completion, Prompt
from jobs.errors import InvalidOutput
from tests.jobs.ai.llm.provider import Provider
from tests.jobs.ai.llm.test_responses_wire import respond


class Town(BaseModel):
    """A shape."""

    name: str
    people: int


PROMPT = Prompt.of("Answer.", "Which town?")
GOOD = '{"name": "Oslo", "people": 700000}'


def answers(stub: Provider, *texts: str) -> None:
    """Have the model give these answers in turn."""
    left = list(texts)
    stub.behave = lambda call: call.say(left.pop(0))


@pytest.mark.parametrize("text", [GOOD, f"```json\n{GOOD}\n```", f"  {GOOD}\n"])
def test_a_valid_answer_is_accepted_with_or_without_a_code_fence(stub: Provider, text: str) -> None:
    answers(stub, text)
    found = models.connect("stub", lambda used: None).complete_as(Town, PROMPT)
    assert found == Town(name="Oslo", people=700000)
    assert '"people"' in stub.calls[0]["messages"][0]["content"], "the prompt has the schema"


def test_a_model_may_repair_its_answer_once(stub: Provider) -> None:
    used: list[Completion] = []
    answers(stub, '{"name": "Oslo"}', GOOD)
    found = models.connect("stub", used.append).complete_as(Town, PROMPT)
    assert (found.people, len(used)) == (700000, 2)
    assert "people" in stub.calls[1]["messages"][-1]["content"], "the prompt has the error"


def test_two_wrong_answers_are_invalid_output(stub: Provider) -> None:
    answers(stub, "Oslo!", "Oslo!!")
    with pytest.raises(InvalidOutput, match="does not fit the requested schema"):
        models.connect("stub", lambda used: None).complete_as(Town, PROMPT)
    assert len(stub.calls) == 2


def test_the_repair_tells_the_model_that_its_answer_was_truncated(stub: Provider) -> None:
    stub.behave = lambda call: call.say('{"name": "Os', finish="length")
    with pytest.raises(InvalidOutput, match="cut off at the length limit"):
        models.connect("stub", lambda used: None).complete_as(Town, PROMPT)
    assert "to be shorter" in stub.calls[1]["messages"][-1]["content"]


def test_a_repair_beyond_the_context_is_invalid_output(stub: Provider) -> None:
    full = {"error": {"code": "context_length_exceeded", "message": "no"}}
    stub.behave = lambda call: call.answer(400, full) if stub.calls[1:] else call.say("Oslo!")
    with pytest.raises(InvalidOutput, match="does not fit the requested schema"):
        models.connect("stub", lambda used: None).complete_as(Town, PROMPT)


def test_a_long_wrong_answer_is_not_sent_back_whole(stub: Provider) -> None:
    answers(stub, "Oslo!" * 100_000, GOOD)
    assert models.connect("stub", lambda used: None).complete_as(Town, PROMPT).name == "Oslo"
    assert len(stub.calls[1]["messages"][-2]["content"]) < 30_000


def test_an_endless_answer_is_refused(stub: Provider) -> None:
    stub.behave = lambda call: call.stream(["Oslo" * 1000] * 1000)
    with pytest.raises(InvalidOutput, match="more than 1,000,000 characters"):
        models.connect("stub", lambda used: None).complete_as(Town, PROMPT)
    assert len(stub.calls) == 1


@pytest.mark.parametrize("wire", ["chat", "responses"])
@pytest.mark.parametrize("able", [True, False])
def test_a_server_with_schema_support_gets_the_schema(
    stub: Provider, settings: Any, wire: str, *, able: bool
) -> None:
    settings.AI_MODELS["stub"].update(wire=wire, json_schema=able)
    stub.behave = respond if wire == "responses" else lambda call: call.say("Fine.")
    with pytest.raises(InvalidOutput):
        models.connect("stub", lambda used: None).complete_as(Town, PROMPT)
    for call in stub.calls:
        sent_schema = call.get("response_format", {}).get("json_schema")
        sent_schema = sent_schema or call.get("text", {}).get("format")
        assert (sent_schema is not None) == able
        assert not able or sent_schema["schema"]["required"] == ["name", "people"]
