"""Language models behind one interface: complete a prompt, stream, or return structured output."""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from pydantic import BaseModel

from jobs.ai.llm import structured_output
from jobs.ai.llm.catalogue import ModelSettings, choose, faults, get, names
from jobs.ai.llm.conversation import Completion, Prompt, PromptImage, PromptMessage
from jobs.ai.llm.openai.chat import ChatWire
from jobs.ai.llm.openai.responses import ResponsesWire
from jobs.errors import InvalidInput, InvalidOutput

__all__ = [
    "Completion",
    "LanguageModel",
    "Meter",
    "ModelSettings",
    "OnText",
    "Prompt",
    "PromptImage",
    "PromptMessage",
    "choose",
    "connect",
    "faults",
    "get",
    "names",
]

Shape = TypeVar("Shape", bound=BaseModel)
MAX_ANSWER_CHARACTERS = 1_000_000
"""Longer output is a runaway model: the longest that any model supports is half of this."""
EMPTY_ANSWER = "The model {model} returned an empty answer. Try again, or choose another model."
Meter = Callable[[Completion], None]
"""Called once per completed call, before its answer is validated: the call costs in any case."""
CheckCancelled = Callable[[], None]
"""Called for each piece of an answer. An exception that it raises ends the call."""
OnText = Callable[[str], None]
"""Called with each piece of a text while it is written."""


class Wire(Protocol):
    """The request and response format of a provider. Raises errors of `jobs.errors` only."""

    def stream(self, prompt: Prompt) -> Iterator[str | Completion]:
        """Send a prompt, yield the text of the answer piece by piece, and last the `Completion`.

        A piece is empty if the model is active without writing text, for example while reasoning.
        """


class LanguageModel:
    """A language model that meters its usage. A call can be interrupted while it answers."""

    def __init__(
        self, settings: ModelSettings, wire: Wire, meter: Meter, check_cancelled: CheckCancelled
    ) -> None:
        self.settings = settings
        self._wire = wire
        self._meter = meter
        self._check_cancelled = check_cancelled

    def complete(self, prompt: Prompt) -> Completion:
        """Return the complete answer to a prompt. Raises an `AttemptError`."""
        return self.write(prompt, lambda piece: None)

    def write(self, prompt: Prompt, on_text: OnText) -> Completion:
        """Return the complete answer to a prompt, and pass its text to `on_text` as it arrives.

        Raises an `AttemptError`, possibly after part of the text.
        """
        length = 0
        for piece in self._wire.stream(prompt):
            if isinstance(piece, Completion):
                return self._record(piece)
            self._check_cancelled()
            length += len(piece)
            if length > MAX_ANSWER_CHARACTERS:
                raise InvalidOutput(
                    f"The model {self.settings.name} wrote more than {MAX_ANSWER_CHARACTERS:,} "
                    "characters. Try again, or choose another model."
                )
            if piece:
                on_text(piece)
        raise AssertionError("the wire ended its stream without a completion")

    def complete_as(self, shape: type[Shape], prompt: Prompt) -> Shape:
        """Return an answer validated as `shape`. Raises `InvalidOutput` if one repair fails too."""
        return structured_output.complete_as(self.complete, shape, prompt)

    def _record(self, completion: Completion) -> Completion:
        self._meter(completion)
        if not completion.text.strip():
            raise InvalidOutput(EMPTY_ANSWER.format(model=completion.model))
        return completion


WIRES: dict[str, Callable[[ModelSettings], Wire]] = {"chat": ChatWire, "responses": ResponsesWire}


def connect(
    name: str, meter: Meter, check_cancelled: CheckCancelled = lambda: None
) -> LanguageModel:
    """Return the language model of this name. Sends nothing yet.

    Raises `InvalidInput` if there is no such model, or if it is the built-in extractor.
    """
    settings = get(name)
    if not settings.is_language_model:
        raise InvalidInput(
            f"{name!r} is not a language model. Choose another model, or configure one."
        )
    return LanguageModel(settings, WIRES[settings.wire](settings), meter, check_cancelled)
