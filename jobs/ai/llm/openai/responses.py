"""The wire `responses`: POST /responses, OpenAI's newer format."""

from collections.abc import Iterator
from typing import Any

from jobs.ai.llm.catalogue import ModelSettings
from jobs.ai.llm.conversation import Completion, Message, Prompt
from jobs.ai.llm.openai import errors
from jobs.ai.llm.openai.client import client, completion
from jobs.ai.llm.openai.streams import events
from jobs.errors import TransientError

ENDED = {"completed", "incomplete"}


class Responses:
    """A model spoken to by responses."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings

    def stream(self, prompt: Prompt) -> Iterator[str | Completion]:
        """Ask, and give the answer's text as it comes; at last the whole `Completion`."""
        text, answer = "", None
        with errors.mapped(self._settings):
            opened: Any = client(self._settings).responses.create(**self._request(prompt))
            for event in events(opened, self._settings):
                piece = event.delta if event.type == "response.output_text.delta" else ""
                text += piece
                yield piece
                answer = getattr(event, "response", None) or answer
        if answer is None or answer.status not in ENDED | {"failed"}:
            raise errors.cut_off(self._settings.name)
        yield self._completion(text, answer)

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self._settings.model or self._settings.name,
            "input": [_message(one) for one in prompt.messages],
            "stream": True,
            "store": False,
        }
        if prompt.temperature is not None:
            request["temperature"] = prompt.temperature
        if prompt.max_tokens is not None:
            request["max_output_tokens"] = prompt.max_tokens
        if prompt.schema is not None and self._settings.json_schema:
            shape = {"type": "json_schema", "name": "answer", "schema": prompt.schema}
            request["text"] = {"format": shape}
        return request

    def _completion(self, text: str, answer: Any) -> Completion:
        if answer.status not in ENDED:
            raise TransientError(f"The provider of {self._settings.name} failed to answer.")
        usage = answer.usage
        used = (usage.input_tokens, usage.output_tokens) if usage else (0, 0)
        return completion(self._settings, text, used, truncated=answer.status == "incomplete")


def _message(said: Message) -> dict[str, Any]:
    # Not as plain texts, which the format allows too: llama.cpp's server understands none of an
    # assistant.
    kind = "output_text" if said.role == "assistant" else "input_text"
    shown = [{"type": "input_image", "image_url": one.url} for one in said.pictures]
    content = [{"type": kind, "text": said.text}, *shown]
    return {"type": "message", "role": said.role, "content": content}
