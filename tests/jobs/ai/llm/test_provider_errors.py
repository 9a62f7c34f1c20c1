"""An error of a provider becomes an error of `jobs.errors` that decides about a retry."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from jobs.ai.llm import models
from jobs.ai.llm.models import Completion, Prompt
from jobs.errors import (
    AttemptError,
    AuthenticationFailed,
    ContextExceeded,
    InvalidInput,
    InvalidOutput,
    RateLimited,
    TransientError,
)
from tests.jobs.ai.llm.provider import Behaviour, Call, Provider

PROMPT = Prompt.of("Be brief.", "How are you?")


def status(code: int, error: dict[str, Any] | None = None, **headers: str) -> Behaviour:
    """Answer with an HTTP status."""
    return lambda call: call.answer(code, {"error": error or {"message": "no"}}, **headers)


def hang_up(call: Call) -> None:
    """Close the connection without an answer."""
    call.connection.close()


def stall(call: Call) -> None:
    """Wait for the client to give up."""
    call.rfile.read(1)


QUOTA = {"code": "insufficient_quota", "type": "insufficient_quota", "message": "pay"}
LLAMA = {  # llama.cpp; its code is the status
    "code": 400,
    "type": "exceed_context_size_error",
    "message": "request (9031 tokens) exceeds the available context size (8192 tokens)",
}
OPENAI = {"code": "context_length_exceeded", "message": "Your input exceeds the limit."}
VLLM = {"type": "BadRequestError", "message": "This model's maximum context length is 4096 tokens."}
CASES: list[tuple[Behaviour, type[AttemptError]]] = [
    (status(401), AuthenticationFailed),
    (status(403), AuthenticationFailed),
    (status(429), RateLimited),
    (status(429, QUOTA), AuthenticationFailed),
    (status(500), TransientError),
    (status(503), TransientError),
    (status(400), InvalidInput),
    (status(404), InvalidInput),
    (status(400, LLAMA), ContextExceeded),
    (status(400, OPENAI), ContextExceeded),
    (status(400, VLLM), ContextExceeded),
    (hang_up, TransientError),
    (stall, TransientError),
    (lambda call: call.answer(200, "<html>welcome</html>"), InvalidOutput),
    (lambda call: call.answer(200, "{broken", Content_Type="application/json"), InvalidOutput),
    (lambda call: call.answer(200, {"choices": []}), InvalidOutput),
    (lambda call: call.say(" "), InvalidOutput),
]


def ask(meter: Callable[[Completion], None] = lambda used: None) -> Completion:
    return models.connect("stub", meter).complete(PROMPT)


@pytest.mark.parametrize(("behave", "expected"), CASES)
def test_an_error_of_the_provider_raises_the_matching_error(
    stub: Provider, behave: Behaviour, expected: type[AttemptError]
) -> None:
    stub.behave = behave
    with pytest.raises(expected) as raised:
        ask()
    assert type(raised.value) is expected
    assert len(stub.calls) == 1, "the job's policy retries, not the SDK"
    assert "secret" not in raised.value.message


def test_the_retry_after_of_a_provider_is_kept(stub: Provider) -> None:
    stub.behave = status(429, Retry_After="17")
    with pytest.raises(RateLimited) as raised:
        ask()
    assert raised.value.retry_after == timedelta(seconds=17)


def test_the_error_of_a_provider_that_is_away_has_a_delay(stub: Provider, settings: Any) -> None:
    stub.behave = status(503, Retry_After="17")
    with pytest.raises(TransientError) as raised:
        ask()
    assert raised.value.retry_after == timedelta(seconds=17)
    settings.AI_MODELS["stub"]["base_url"] = "http://127.0.0.1:1/v1"
    with pytest.raises(TransientError) as raised:
        ask()
    assert raised.value.retry_after >= timedelta(seconds=10)


def test_a_stream_gives_its_text_in_pieces_and_its_usage(stub: Provider) -> None:
    used: list[Completion] = []
    stub.behave = lambda call: call.say("one two three")
    pieces: list[str] = []
    whole = models.connect("stub", used.append).write(PROMPT, pieces.append)
    assert pieces == ["one ", "two ", "three"]
    assert used == [whole]
    assert used[0].cost_usd == pytest.approx(120 / 1_000_000)


def test_a_truncated_stream_is_no_answer(stub: Provider) -> None:
    stub.behave = lambda call: call.stream(["half", "an"])
    with pytest.raises(TransientError):
        models.connect("stub", lambda used: None).write(PROMPT, lambda piece: None)
