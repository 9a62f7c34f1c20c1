"""A structured answer is streamed: a cancellation or silence interrupts it, its length does not."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import BaseModel

from jobs.ai.llm import models
from jobs.ai.llm.models import Prompt
from jobs.errors import JobCancelled
from tests.jobs.ai.llm.provider import USAGE, Call, Provider
from tests.jobs.ai.llm.test_responses_wire import response, streamed

PROMPT = Prompt.of("Answer.", "Which town?")
PIECES = ['{"name"', ': "Os', 'lo"}']


class Town(BaseModel):
    """A shape."""

    name: str


class Heart:
    """Beats until the job is cancelled."""

    def __init__(self, beats: int) -> None:
        self._left = beats

    def __call__(self) -> None:
        """Beat."""
        self._left -= 1
        if not self._left:
            raise JobCancelled("cancellation was requested")


@contextmanager
def released() -> Iterator[threading.Event]:
    """Give an event that the server waits for, set at the end in any case."""
    event = threading.Event()
    try:
        yield event
    finally:
        event.set()


def test_a_cancellation_interrupts_an_answer_between_two_pieces(stub: Provider) -> None:
    heart = Heart(beats=2)
    with released() as event:

        def stall(call: Call) -> None:
            call.stream(PIECES[:2])
            event.wait(60)

        stub.behave = stall
        with pytest.raises(JobCancelled):
            models.connect("stub", lambda used: None, heart).complete_as(Town, PROMPT)
    assert len(stub.calls) == 1


@pytest.mark.parametrize("wire", ["chat", "responses"])
def test_a_model_that_reasons_without_output_can_be_cancelled(
    stub: Provider, settings: Any, wire: str
) -> None:
    settings.AI_MODELS["stub"]["wire"] = wire
    event = {"type": "response.in_progress", "response": response("in_progress")}
    stub.behave = lambda call: call.stream([""]) if wire == "chat" else streamed(call, event)
    heart = Heart(beats=1)
    with pytest.raises(JobCancelled):
        models.connect("stub", lambda used: None, heart).complete(PROMPT)


def test_the_timeout_counts_silence_and_not_the_whole_answer(stub: Provider, settings: Any) -> None:
    settings.AI_MODELS["stub"]["timeout"] = 0.8

    def slowly(call: Call) -> None:
        call.stream([])
        for piece in PIECES:
            threading.Event().wait(0.4)
            call.piece(piece)
        call.end()

    stub.behave = slowly
    used: list[models.Completion] = []
    assert models.connect("stub", used.append).complete_as(Town, PROMPT).name == "Oslo"
    assert used[0].prompt_tokens == USAGE["prompt_tokens"]


def test_every_request_asks_for_the_usage(stub: Provider) -> None:
    stub.behave = lambda call: call.say("".join(PIECES))
    models.connect("stub", lambda used: None).complete_as(Town, PROMPT)
    [call] = stub.calls
    assert (call["stream"], call["stream_options"]) == (True, {"include_usage": True})
