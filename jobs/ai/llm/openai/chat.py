"""The wire `chat`: POST /chat/completions, which most servers support."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jobs.ai.llm.catalogue import ModelSettings
from jobs.ai.llm.conversation import Completion, Prompt, PromptMessage
from jobs.ai.llm.openai import errors
from jobs.ai.llm.openai.client import get_client, make_completion
from jobs.ai.llm.openai.streams import read_events

if TYPE_CHECKING:
    from openai.types import CompletionUsage

OPENAI_HOST = "api.openai.com"


class ChatWire:
    """A model behind the chat completions API."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings

    def stream(self, prompt: Prompt) -> Iterator[str | Completion]:
        """Send a prompt, yield the text of the answer piece by piece, and last the `Completion`."""
        request = self._request(prompt)
        text, usage, finish = "", None, None
        with errors.map_errors(self._settings):
            stream: Any = get_client(self._settings).chat.completions.create(**request)
            for chunk in read_events(stream, self._settings):
                piece, usage = "", chunk.usage or usage
                for choice in (chunk.choices or [])[:1]:
                    finish = choice.finish_reason or finish
                    piece = (choice.delta and choice.delta.content) or ""
                text += piece
                yield piece
        if finish is None and usage is None:
            raise errors.interrupted_answer(self._settings.name)
        yield self._completion(text, usage, finish)

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self._settings.model or self._settings.name,
            "messages": [_message(message) for message in prompt.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if prompt.temperature is not None:
            request["temperature"] = prompt.temperature
        if prompt.max_tokens is not None:
            request[self._limit_field()] = prompt.max_tokens
        if prompt.schema is not None and self._settings.json_schema:
            shape = {"name": "answer", "schema": prompt.schema}
            request["response_format"] = {"type": "json_schema", "json_schema": shape}
        return request

    def _limit_field(self) -> str:
        # OpenAI's reasoning models reject the old name; most other servers know only that one
        host = urlsplit(self._settings.base_url).hostname
        return "max_completion_tokens" if host == OPENAI_HOST else "max_tokens"

    def _completion(
        self, text: str, usage: "CompletionUsage | None", finish: str | None
    ) -> Completion:
        used = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
        return make_completion(self._settings, text, used, truncated=finish == "length")


def _message(message: PromptMessage) -> dict[str, Any]:
    if not message.images:  # plain text is the one form that every server understands
        return {"role": message.role, "content": message.text}
    images = [
        {"type": "image_url", "image_url": {"url": image.data_url}} for image in message.images
    ]
    return {"role": message.role, "content": [{"type": "text", "text": message.text}, *images]}
