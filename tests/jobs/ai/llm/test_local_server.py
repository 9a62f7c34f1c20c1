"""The wires against llama.cpp with a tiny model, a server that is not part of this project."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel, Field

from config import local_model
from config.stack import addresses
from config.stack.services import model_service
from config.stack.startup import wait_until_responding
from jobs import testing
from jobs.ai.llm import models
from jobs.ai.llm.models import Completion, Prompt
from jobs.ai.llm.openai.client import get_client
from jobs.errors import ContextExceeded, TransientError
from reports.models import Report
from tests.people import Person
from tests.programs import PROJECT
from tests.reports.conftest import BRIEF

MISSING = "NOT TRIED against a real model server. To try it: make venv MODEL=local (120 MB)"
PROMPT = Prompt.of("You are brief.", "Say hello to Ann.", max_tokens=24, temperature=0.0)


class Town(BaseModel):
    """A shape."""

    name: str = Field(max_length=20)
    people: int = Field(ge=0, le=9_999_999)


pytestmark = pytest.mark.skipif(local_model.find_model_file() is None, reason=MISSING)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Have the server run as `make run MODEL=local` does, and give its address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODEL", "local")
        with addresses.reserve() as chosen:
            service = model_service(chosen)
    served = subprocess.Popen(service.command, cwd=PROJECT, stdout=subprocess.DEVNULL)
    try:
        assert asyncio.run(wait_until_responding(chosen.model_url, timeout_seconds=60))
        yield chosen.model_url
    finally:
        served.terminate()
        assert served.wait(30) == 0


@pytest.fixture
def declare(settings: Any, address: str) -> Iterator[Callable[..., None]]:
    """Give a function that declares the model `local`."""

    def make(**changes: Any) -> None:
        price = {"prompt": 1.0, "completion": 1.0}
        declared = {
            **local_model.DECLARATION,
            "base_url": f"{address}/v1",
            "price": price,
            **changes,
        }
        settings.AI_MODELS = {**settings.AI_MODELS, "local": declared}

    make()
    yield make
    get_client.cache_clear()


def test_an_answer_is_streamed_with_its_usage(declare: Callable[..., None]) -> None:
    used: list[Completion] = []
    pieces: list[str] = []
    whole = models.connect("local", used.append).write(PROMPT, pieces.append)
    assert len(pieces) > 1
    assert "".join(pieces) == whole.text
    assert used == [whole]
    assert whole.prompt_tokens > 5
    assert 0 < whole.completion_tokens <= 24
    assert whole.cost_usd == pytest.approx(
        (whole.prompt_tokens + whole.completion_tokens) / 1_000_000
    )


def test_an_answer_has_the_requested_schema(declare: Callable[..., None]) -> None:
    prompt = Prompt.of("You know towns.", "Which town has many people?", max_tokens=120)
    found = models.connect("local", lambda used: None).complete_as(Town, prompt)
    assert isinstance(found, Town)


def test_a_conversation_continues_by_responses(declare: Callable[..., None]) -> None:
    declare(wire="responses")
    model = models.connect("local", lambda used: None)
    answer = model.complete(PROMPT)
    assert model.complete(PROMPT.with_reply(answer.text, "And to Bob.")).completion_tokens > 0


def test_a_slow_answer_ends_by_the_timeout(declare: Callable[..., None]) -> None:
    declare(timeout=0.001)  # of silence: not even the prompt is read by then
    with pytest.raises(TransientError, match="in time"):
        models.connect("local", lambda used: None).complete(PROMPT)


def test_the_error_of_a_prompt_that_is_too_long_gives_advice(declare: Callable[..., None]) -> None:
    prompt = Prompt.of("You are brief.", "bridge " * 9000)
    with pytest.raises(ContextExceeded, match="larger context"):
        models.connect("local", lambda used: None).complete(prompt)


def test_a_brief_is_written(declare: Callable[..., None], owner: Person) -> None:
    asked = {**BRIEF, "model": "local", "max_tokens": 40, "temperature": 0.2}
    job = testing.make("brief_generation", asked, owner=owner.user, organization=owner.organization)
    done = testing.run(job)
    assert (done.state, done.error) == ("completed", None)
    report = Report.objects.get()
    assert (report.model, report.partial) == ("local", False)
    assert 0 < done.usage["completion_tokens"] <= 5 * 40
