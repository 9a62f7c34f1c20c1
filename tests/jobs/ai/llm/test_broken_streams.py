"""A broken stream raises an error of `jobs.errors`, and half an answer counts as none."""

from typing import Any

import pytest

from jobs.ai.llm import models
from jobs.ai.llm.models import Completion, Prompt
from jobs.errors import (
    AttemptError,
    AuthenticationFailed,
    InvalidOutput,
    RateLimited,
    TransientError,
)
from tests.jobs.ai.llm.provider import Behaviour, Call, Provider

PROMPT = Prompt.of("Be brief.", "How are you?")


def reported(code: str) -> Behaviour:
    """Begin well, and report an error inside the stream."""

    def behave(call: Call) -> None:
        call.stream(["half"])
        call.event({"error": {"code": code, "message": "no"}})

    return behave


def hang_up(call: Call) -> None:
    """Promise more than comes."""
    call.stream(["half"], Content_Length="9999")


def stall(call: Call) -> None:
    """Begin, and wait for the client to give up."""
    call.stream(["half"])
    call.rfile.read(1)


def odd(event: Any) -> Behaviour:
    """Send an event that is JSON and none of the API, and end as one should."""

    def behave(call: Call) -> None:
        call.stream(["half"])
        call.event(event)
        call.end()

    return behave


def garbled(call: Call) -> None:
    """Send an event that is no JSON."""
    call.stream(["half"])
    call.wfile.write(b"data: {nonsense\n\n")


CASES: list[tuple[Behaviour, type[AttemptError]]] = [
    (lambda call: call.stream(["half"]), TransientError),
    (hang_up, TransientError),
    (stall, TransientError),
    (garbled, InvalidOutput),
    (odd([1]), InvalidOutput),
    (odd("text"), InvalidOutput),
    (odd(None), InvalidOutput),
    (reported("server_error"), TransientError),
    (reported("rate_limit_exceeded"), RateLimited),
    (reported("insufficient_quota"), AuthenticationFailed),
    (lambda call: call.answer(200, "<html>welcome</html>"), InvalidOutput),
    (lambda call: call.answer(429, {"error": {"message": "slow"}}), RateLimited),
]


@pytest.mark.parametrize(("behave", "expected"), CASES)
def test_a_broken_stream_raises_the_matching_error(
    stub: Provider, behave: Behaviour, expected: type[AttemptError]
) -> None:
    used: list[Completion] = []
    stub.behave = behave
    with pytest.raises(expected) as raised:
        models.connect("stub", used.append).write(PROMPT, lambda piece: None)
    assert type(raised.value) is expected
    assert used == [], "the usage of a broken stream is unknown"


@pytest.mark.parametrize(
    "event", [{}, {"choices": None}, {"choices": [{"delta": None}]}, {"choices": [{"delta": {}}]}]
)
def test_an_event_without_text_adds_nothing(stub: Provider, event: Any) -> None:
    stub.behave = odd(event)
    assert models.connect("stub", lambda used: None).complete(PROMPT).text == "half"
