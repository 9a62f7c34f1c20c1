"""The Responses format of OpenAI, chosen by the setting `wire`."""

import json
from typing import Any

import pytest

from jobs.ai.llm import models
from jobs.ai.llm.models import Completion, Prompt
from jobs.errors import TransientError
from tests.jobs.ai.llm.provider import Call, Provider

PROMPT = Prompt.of("Be brief.", "How are you?", max_tokens=50)


def response(status: str = "completed") -> dict[str, Any]:
    """Make a response object."""
    content = [{"type": "output_text", "text": "Fine.", "annotations": []}]
    message = {"type": "message", "id": "m", "role": "assistant", "content": content}
    usage = {"input_tokens": 100, "output_tokens": 20, "total_tokens": 120}
    return {"id": "r", "object": "response", "status": status, "output": [message], "usage": usage}


def streamed(call: Call, *events: dict[str, Any]) -> None:
    """Answer with events of a stream."""
    text = "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in events)
    call.answer(200, text, Content_Type="text/event-stream")


def respond(call: Call, status: str = "completed") -> None:
    """Answer with a whole response, streamed."""
    delta = {"type": "response.output_text.delta", "delta": "Fine."}
    streamed(call, delta, {"type": f"response.{status}", "response": response(status)})


@pytest.fixture
def used(stub: Provider, settings: Any) -> list[Completion]:
    """Have the model speak this format, and give what it used."""
    settings.AI_MODELS["stub"]["wire"] = "responses"
    return []


def test_an_answer_has_its_text_and_its_usage(stub: Provider, used: list[Completion]) -> None:
    stub.behave = respond
    answer = models.connect("stub", used.append).complete(PROMPT)
    assert (answer.text, answer.prompt_tokens, answer.completion_tokens) == ("Fine.", 100, 20)
    assert (stub.calls[0]["max_output_tokens"], stub.calls[0]["store"]) == (50, False)
    assert used == [answer]


def test_an_answer_that_reached_its_limit_is_truncated(
    stub: Provider, used: list[Completion]
) -> None:
    stub.behave = lambda call: respond(call, "incomplete")
    assert models.connect("stub", used.append).complete(PROMPT).truncated


def test_a_stream_gives_its_text_and_its_usage(stub: Provider, used: list[Completion]) -> None:
    stub.behave = respond
    pieces: list[str] = []
    whole = models.connect("stub", used.append).write(PROMPT, pieces.append)
    assert (pieces, used) == (["Fine."], [whole])


@pytest.mark.parametrize(
    "ending", [[], [{"type": "response.failed", "response": response("failed")}]]
)
def test_a_stream_that_does_not_complete_is_no_answer(
    stub: Provider, used: list[Completion], ending: list[dict[str, Any]]
) -> None:
    delta = {"type": "response.output_text.delta", "delta": "Fi"}
    stub.behave = lambda call: streamed(call, delta, *ending)
    with pytest.raises(TransientError):
        models.connect("stub", used.append).write(PROMPT, lambda piece: None)
