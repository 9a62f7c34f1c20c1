"""What is said to a language model, and what it answers."""

from dataclasses import dataclass, replace
from typing import Literal, Self

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, kw_only=True)
class Message:
    """One turn of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A conversation that waits for the model's next turn, and how it is to be sampled."""

    messages: tuple[Message, ...]
    temperature: float | None = None
    """0-2; the provider's own where not given."""
    max_tokens: int | None = None
    """Longest answer; the provider's own where not given."""

    @classmethod
    def of(
        cls,
        instructions: str,
        request: str,
        *,
        temperature: float | None = None,
        max_tokens: int | None = None,
    ) -> Self:
        """Make a prompt: `instructions` are ours, `request` carries what others wrote."""
        messages = (Message(role="system", text=instructions), Message(role="user", text=request))
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
