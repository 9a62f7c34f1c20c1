"""Prompts and completions."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, kw_only=True)
class PromptImage:
    """An image in a prompt."""

    media_type: str
    content: bytes = field(repr=False)

    @property
    def data_url(self) -> str:
        """The image as a `data:` URL (RFC 2397), which both wires use."""
        return f"data:{self.media_type};base64,{b64encode(self.content).decode()}"


@dataclass(frozen=True, kw_only=True)
class PromptMessage:
    """One turn of a conversation."""

    role: Role
    text: str
    images: tuple[PromptImage, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A conversation up to the next turn of the model, and the sampling options."""

    messages: tuple[PromptMessage, ...]
    temperature: float | None = None
    """0-2. `None` leaves it to the provider."""
    max_tokens: int | None = None
    """Maximum length of the answer. `None` leaves it to the provider."""
    schema: Mapping[str, Any] | None = None
    """JSON Schema of the answer. Sent to servers that can enforce it."""

    @classmethod
    def of(
        cls,
        instructions: str,
        request: str,
        *,
        images: Sequence[PromptImage] = (),
        temperature: float | None = None,
        max_tokens: int | None = None,
    ) -> Self:
        """Make a prompt. `instructions` are trusted; `request` may contain untrusted text."""
        messages = (
            PromptMessage(role="system", text=instructions),
            PromptMessage(role="user", text=request, images=tuple(images)),
        )
        return cls(messages=messages, temperature=temperature, max_tokens=max_tokens)

    def with_instructions(self, addition: str) -> "Prompt":
        """Return the prompt with `addition` at the end of its instructions."""
        first, *others = self.messages
        extended = replace(first, text=f"{first.text}\n\n{addition}")
        return replace(self, messages=(extended, *others))

    def with_reply(self, answer: str, request: str) -> "Prompt":
        """Return the conversation continued by an answer of the model and the next request."""
        turns = (
            PromptMessage(role="assistant", text=answer),
            PromptMessage(role="user", text=request),
        )
        return replace(self, messages=self.messages + turns)


@dataclass(frozen=True, kw_only=True)
class Completion:
    """The complete answer of a model, with its usage."""

    text: str
    model: str
    """Name of the model in AI_MODELS."""
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    truncated: bool = False
    """Whether the answer was cut off at `max_tokens`."""
