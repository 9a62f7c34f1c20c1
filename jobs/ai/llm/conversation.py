"""What is said to a language model, and what it answers."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture that is shown to a model."""

    media_type: str
    content: bytes = field(repr=False)

    @property
    def url(self) -> str:
        """The picture as a `data:` URL (RFC 2397), as both wires send it."""
        return f"data:{self.media_type};base64,{b64encode(self.content).decode()}"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One turn of a conversation."""

    role: Role
    text: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A conversation that waits for the model's next turn, and how it is to be sampled."""

    messages: tuple[Message, ...]
    temperature: float | None = None
    """0-2; the provider's own where not given."""
    max_tokens: int | None = None
    """Longest answer; the provider's own where not given."""
    schema: Mapping[str, Any] | None = None
    """JSON Schema that the answer must fit; servers that can are told to see to it."""

    @classmethod
    def of(
        cls,
        instructions: str,
        request: str,
        *,
        pictures: Sequence[Picture] = (),
        temperature: float | None = None,
        max_tokens: int | None = None,
    ) -> Self:
        """Make a prompt: `instructions` are ours, `request` carries what others wrote."""
        asked = Message(role="user", text=request, pictures=tuple(pictures))
        messages = (Message(role="system", text=instructions), asked)
        return cls(messages=messages, temperature=temperature, max_tokens=max_tokens)

    def instructed(self, addition: str) -> "Prompt":
        """Give this prompt with `addition` at the end of its instructions."""
        first, *others = self.messages
        longer = replace(first, text=f"{first.text}\n\n{addition}")
        return replace(self, messages=(longer, *others))

    def followed_by(self, answer: str, request: str) -> "Prompt":
        """Give this conversation continued: the model said `answer`, and is now asked `request`."""
        turns = (Message(role="assistant", text=answer), Message(role="user", text=request))
        return replace(self, messages=self.messages + turns)


@dataclass(frozen=True, kw_only=True)
class Completion:
    """A model's whole answer and what it used."""

    text: str
    model: str
    """Name of the model in AI_MODELS."""
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    truncated: bool = False
    """The answer ended because it reached `max_tokens`."""
