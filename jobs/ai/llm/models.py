"""Language models behind one interface: ask, stream, or have an answer of a given shape."""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from pydantic import BaseModel

from jobs.ai.llm import structured_output
from jobs.ai.llm.catalogue import ModelSettings, choose, faults, get, names
from jobs.ai.llm.conversation import Completion, Message, Picture, Prompt
from jobs.ai.llm.openai.chat import Chat
from jobs.ai.llm.openai.responses import Responses
from jobs.errors import InvalidInput, InvalidOutput

__all__ = [
    "Completion",
    "LanguageModel",
    "Message",
    "Meter",
    "ModelSettings",
    "OnText",
    "Picture",
    "Prompt",
    "choose",
    "connect",
    "faults",
    "get",
    "names",
]

Shape = TypeVar("Shape", bound=BaseModel)
LONGEST_ANSWER = 1_000_000
"""Characters. A model that says more has lost its way; the longest that any gives has half."""
EMPTY = "The model {model} gave an empty answer. Try again, or choose another model."
Meter = Callable[[Completion], None]
"""Is told of each answered call, at once: it was paid, whatever comes of its answer."""
Heartbeat = Callable[[], None]
"""Is called whenever something comes of an answer; what it raises ends the call."""
OnText = Callable[[str], None]
"""Is given a text while it is written, piece by piece."""


class Wire(Protocol):
    """How a provider is spoken to. Raises the errors of `jobs.errors` only."""

    def stream(self, prompt: Prompt) -> Iterator[str | Completion]:
        """Ask, and give the answer's text as it comes; at last the whole `Completion`.

        A piece is empty where the model shows a sign of life and no text: while it reasons, say.
        """


class LanguageModel:
    """A language model that reports what it uses. It may be interrupted while it answers."""

    def __init__(
        self, settings: ModelSettings, wire: Wire, meter: Meter, heartbeat: Heartbeat
    ) -> None:
        self.settings = settings
        self._wire = wire
        self._meter = meter
        self._heartbeat = heartbeat

    def complete(self, prompt: Prompt) -> Completion:
        """Ask, and wait for the whole answer. Raises an `AttemptError`."""
        return self.write(prompt, lambda piece: None)

    def write(self, prompt: Prompt, on_text: OnText) -> Completion:
        """Ask, hand over the answer's text as it comes, and give the whole.

        Raises an `AttemptError`, also in the middle.
        """
        length = 0
        for piece in self._wire.stream(prompt):
            if isinstance(piece, Completion):
                return self._metered(piece)
            self._heartbeat()
            length += len(piece)
            if length > LONGEST_ANSWER:
                name, most = self.settings.name, LONGEST_ANSWER
                raise InvalidOutput(f"The model {name} gave more than {most:,} characters.")
            if piece:
                on_text(piece)
        raise AssertionError("a stream ends with its completion")

    def complete_as(self, shape: type[Shape], prompt: Prompt) -> Shape:
        """Ask for JSON that fits `shape`; one repair, then `InvalidOutput`."""
        return structured_output.complete_as(self.complete, shape, prompt)

    def _metered(self, completion: Completion) -> Completion:
        self._meter(completion)
        if not completion.text.strip():
            raise InvalidOutput(EMPTY.format(model=completion.model))
        return completion


WIRES: dict[str, Callable[[ModelSettings], Wire]] = {"chat": Chat, "responses": Responses}


def connect(name: str, meter: Meter, heartbeat: Heartbeat = lambda: None) -> LanguageModel:
    """Give the language model of this name. Nothing is sent yet.

    Raises `InvalidInput` where there is none, or where the name is the built-in extractor's.
    """
    chosen = get(name)
    if not chosen.is_language_model:
        raise InvalidInput(f"{name!r} is not a language model. Choose another, or add one.")
    return LanguageModel(chosen, WIRES[chosen.wire](chosen), meter, heartbeat)
